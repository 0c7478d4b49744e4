import { schemeVariables } from "./palette.ts";
import { tokenStyle } from "./token-text.ts";

/** The page's one style sheet: light and dark, on paper, down to the narrowest phone. */
export const pageStyle = `
:root{color-scheme:light dark;${schemeVariables("light")}}
@media screen and (prefers-color-scheme:dark){:root{${schemeVariables("dark")}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.page{max-width:1100px;margin:0 auto;padding:2.5rem 1.25rem 4rem;display:grid;grid-template-columns:minmax(0,720px) 220px;column-gap:5rem;justify-content:space-between}
header{grid-column:1/-1;max-width:52rem;margin-bottom:2rem}
h1{margin:0 0 .9rem;font-size:.95rem;font-weight:600;line-height:1.4;color:var(--muted)}
.summary{margin:0;font:400 clamp(1.45rem,1.05rem + 1.75vw,2.1rem)/1.28 Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4",Georgia,serif;text-wrap:pretty}
.detail{margin:.9rem 0 0;max-width:44rem;font-size:1.05rem;color:var(--muted);text-wrap:pretty}
main{grid-column:1;min-width:0}
aside{grid-column:2;font-size:.875rem;line-height:1.45}
.sticky{position:sticky;top:1.5rem}
aside h2{margin:0 0 .5rem;font-size:.875rem;font-weight:600;color:var(--muted)}
dl{margin:0 0 2rem;border-top:1px solid var(--line)}
.fact{padding:.45rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--muted);font-size:.8rem}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
nav ol{margin:0;padding:0;list-style:none}
nav li{margin:.3rem 0}
nav a{color:inherit;text-decoration:none}
nav a:hover{text-decoration:underline}
section{margin-top:3.25rem}
h2{margin:0 0 .75rem;font-size:1.35rem;line-height:1.3;font-weight:650;letter-spacing:-.01em}
section>p{margin:0 0 1rem;max-width:42rem}
figure{margin:0 0 2.25rem}
figcaption{margin-top:.6rem;padding-top:.6rem;border-top:1px solid var(--line);font-size:.875rem;line-height:1.5;color:var(--muted);max-width:42rem}
figcaption b{color:var(--ink);font-weight:600}
svg{display:block;width:100%;max-width:720px;height:auto;overflow:visible}
.narrow{display:none;max-width:400px}
.verdicts{margin:0;padding:0;list-style:none;border-top:1px solid var(--line)}
.verdicts li{display:grid;grid-template-columns:8.25rem minmax(0,1fr);gap:0 1rem;padding:.6rem 0;border-bottom:1px solid var(--line)}
.verdict{font-size:.875rem;font-weight:600;line-height:1.66;white-space:nowrap}
.verdict::before{content:"";display:inline-block;width:.6em;height:.6em;margin-right:.5em;border:2px solid currentColor;border-radius:50%}
.holds{color:var(--good)}
.holds::before{background:currentColor}
.fails{color:var(--bad)}
.whole{white-space:nowrap}
.claim,.claim+p,section>p,figcaption{text-wrap:pretty}
.claim{margin:0;font-weight:600;font-size:.9375rem;line-height:1.5}
.verdicts p+p{margin:.15rem 0 0;font-size:.875rem;line-height:1.5;color:var(--muted);font-variant-numeric:tabular-nums}
.table{margin:0 0 1.75rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.84rem;line-height:1.4;font-variant-numeric:tabular-nums;min-width:100%}
.caption{margin:0 0 .5rem;font-size:.9375rem;line-height:1.4;font-weight:600}
th,td{padding:.45rem .5rem;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:1.5px solid var(--ink);font-weight:600;vertical-align:bottom}
tbody th{font-weight:500}
.number{text-align:right}
th button{all:unset;cursor:pointer}
th button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
th button:hover{text-decoration:underline;text-underline-offset:.2em}
th[aria-sort] button::after{content:"\\2002\\2191"}
th[aria-sort=descending] button::after{content:"\\2002\\2193"}
tbody tr:hover>*{background:var(--wash)}
details{margin-top:1rem}
summary{cursor:pointer;font-weight:600}
pre{margin:.75rem 0 0;padding:1rem;overflow:auto;background:var(--wash);border-radius:6px;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;tab-size:2}
${tokenStyle.trim()}
.downloads{margin:0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.5rem}
.downloads a{display:block;padding:.4rem .75rem;border:1px solid var(--line);border-radius:6px;text-decoration:none;font-size:.875rem}
.downloads a:hover{background:var(--wash)}
.downloads span{color:var(--muted);margin-left:.5em}
@media (max-width:960px){.page{grid-template-columns:minmax(0,720px);justify-content:center}aside{grid-column:1;margin-top:3rem}.sticky{position:static}nav{display:none}dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));column-gap:1.25rem;margin:0}}
@media (max-width:560px){.page{padding-top:1.5rem}header{margin-bottom:1.5rem}.wide{display:none}.narrow{display:block}.verdicts li{grid-template-columns:minmax(0,1fr)}section{margin-top:2.5rem}th:first-child{position:sticky;left:0;background:var(--paper)}tbody tr:hover>*{background:var(--paper)}}
@media print{@page{margin:18mm 16mm}body{font-size:10.5pt}.page{display:block;max-width:none;padding:0}.sticky{position:static}nav,.downloads,.downloads-section{display:none}dl{display:grid;grid-template-columns:repeat(3,1fr);column-gap:1.5rem;margin-top:1rem}.wide{display:block;max-width:150mm}.narrow{display:none}figure,li,tr,table{break-inside:avoid}h2,.caption{break-after:avoid}.scroll{overflow:visible}a{color:inherit}th[aria-sort] button::after{content:""}pre{white-space:pre-wrap;background:none;padding:0}}
`;

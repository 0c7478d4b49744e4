import type { MethodSummary } from "../../api/types.ts";
import { hrefTo } from "../../route.ts";

/** A method: what it does, from which paper, and what its presets take. */
export function MethodCard({ method }: { method: MethodSummary }) {
  const { id, title, summary, paper, presets } = method;
  return (
    <article class="card">
      <p class="card-id">{id}</p>
      <h2>
        <a href={hrefTo({ page: "method", id })}>{title}</a>
      </h2>
      <p class="card-summary">{summary}</p>
      <dl class="presets">
        {Object.entries(presets).map(([name, { cost }]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{cost}</dd>
          </div>
        ))}
      </dl>
      <p class="paper">
        <a href={paper.url} target="_blank" rel="noreferrer">
          {paper.title}
        </a>
      </p>
    </article>
  );
}

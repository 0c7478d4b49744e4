import { keyOf } from "./sheet-columns.ts";
import type { Study } from "./study.ts";

const geneColumns = /^(genenames?|genes?|genesymbols?|symbols?|hgncsymbol)$/;

const firstOf = (cell: string): string => (cell.split(/[;,|]/)[0] ?? "").trim();

/** The gene of each protein, the first where there are several; its first accession where the table names none. */
export function genesOf({ matrix, annotations }: Study): string[] {
  const cells = [...annotations].find(([name]) => geneColumns.test(keyOf(name)))?.[1];
  return matrix.rows.map((id, row) => firstOf(cells?.[row] ?? "") || firstOf(id));
}

/** A short name for each protein that no other has: its gene, or its first accession, or all of its id. */
export function namesOf(study: Study): string[] {
  const genes = genesOf(study);
  const accessions = study.matrix.rows.map(firstOf);
  const [ofGene, ofAccession] = [timesOf(genes), timesOf(accessions)];
  return study.matrix.rows.map((id, row) => {
    const [gene = "", accession = ""] = [genes[row], accessions[row]];
    if (ofGene.get(gene) === 1) return gene;
    if (ofAccession.get(accession) === 1 && !ofGene.has(accession)) return accession;
    return id;
  });
}

function timesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

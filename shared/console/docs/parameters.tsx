import type { Parameter } from "./document.ts";
import { limitsInWords, typeInWords } from "./schema.ts";

/** What goes into the path, the query and the headers. */
export function Parameters({ parameters }: { parameters: readonly Parameter[] }) {
  return (
    <>
      <h4>Parameters</h4>
      <ul class="schema">
        {parameters.map(({ name, place, required, description, schema }) => {
          const limits = limitsInWords(schema);
          return (
            <li key={`${place} ${name}`}>
              <p class="property-line">
                <code class="property-name">{name}</code>
                <span class="type">
                  {typeInWords(schema)}, in {place}
                </span>
                {required && <span class="needed">required</span>}
              </p>
              {description !== "" && <p class="about">{description}</p>}
              {limits !== "" && <p class="about limits">{limits}</p>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

import { useState } from "preact/hooks";
import type { JsonObject } from "../../client/json.ts";
import type { Answer } from "./document.ts";
import { typeInWords } from "./schema.ts";
import { SchemaView } from "./schema-view.tsx";

/** What an operation answers, by status. Problems are all of one shape, and stand in one line. */
export function Answers({ answers, named }: { answers: readonly Answer[]; named: JsonObject }) {
  const fine = answers.filter(({ status }) => Number(status) < 400);
  const problems = answers.filter(({ status }) => Number(status) >= 400);
  return (
    <>
      <h4>Answers</h4>
      <ul class="answers">
        {fine.map((answer) => (
          <AnswerView key={answer.status} answer={answer} named={named} />
        ))}
      </ul>
      {problems.length > 0 && (
        <p class="about">
          Problems: {problems.map(({ status, description }) => `${status} ${description}`).join(", ")}
        </p>
      )}
    </>
  );
}

function AnswerView({ answer, named }: { answer: Answer; named: JsonObject }) {
  const [open, setOpen] = useState(false);
  const { status, description, type, schema, headers } = answer;
  const line = (
    <>
      <span class="answer-status">{status}</span> <span class="answer-about">{description}</span>
      {schema !== undefined && (
        <span class="type">{type === "application/json" ? typeInWords(schema) : type}</span>
      )}
    </>
  );
  return (
    <li>
      {schema === undefined ? (
        <p class="property-line">{line}</p>
      ) : (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary class="property-line">{line}</summary>
          {open && <SchemaView schema={schema} named={named} />}
        </details>
      )}
      {headers.map(([name, about]) => (
        <p key={name} class="about">
          <code>{name}</code> {about}
        </p>
      ))}
    </li>
  );
}

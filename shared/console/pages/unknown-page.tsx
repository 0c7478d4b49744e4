import { Heading } from "../parts/heading.tsx";
import { hrefTo } from "../route.ts";

export function UnknownPage() {
  return (
    <>
      <Heading title="There is nothing here" />
      <p class="lead">
        The address leads nowhere. <a href={hrefTo({ page: "methods" })}>See the methods</a>, or{" "}
        <a href={hrefTo({ page: "runs" })}>the runs</a>.
      </p>
    </>
  );
}

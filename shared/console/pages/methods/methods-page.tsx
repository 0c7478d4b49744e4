import { read } from "../../api/call.ts";
import type { MethodSummary, Page } from "../../api/types.ts";
import { useLoad } from "../../api/use-load.ts";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { MethodCard } from "./method-card.tsx";

/** All methods, as cards. */
export function MethodsPage() {
  const { value, failure, reload } = useLoad(
    (signal) => read<Page<MethodSummary>>("/v1/methods", { signal }),
    [],
  );
  return (
    <>
      <Heading title="Methods" />
      <p class="lead">
        Published methods, each ready to run on your data. Choose one, change what you like, and watch it.
      </p>
      <Failure failure={failure} retry={reload} />
      {value === undefined && failure === undefined && <Skeleton what="the methods" lines={5} />}
      <ul class="cards">
        {value?.items.map((method) => (
          <li key={method.id}>
            <MethodCard method={method} />
          </li>
        ))}
      </ul>
    </>
  );
}

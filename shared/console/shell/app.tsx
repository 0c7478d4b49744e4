import { useEffect, useState } from "preact/hooks";
import { isKeyWanted, onKeyChange } from "../api/key.ts";
import { ComparePage } from "../pages/compare/compare-page.tsx";
import { DatasetPage } from "../pages/datasets/dataset-page.tsx";
import { DatasetsPage } from "../pages/datasets/datasets-page.tsx";
import { MethodPage } from "../pages/method/method-page.tsx";
import { MethodsPage } from "../pages/methods/methods-page.tsx";
import { ModelPage } from "../pages/models/model-page.tsx";
import { ModelsPage } from "../pages/models/models-page.tsx";
import { RunPage } from "../pages/run/run-page.tsx";
import { RunsPage } from "../pages/runs/runs-page.tsx";
import { UnknownPage } from "../pages/unknown-page.tsx";
import { type Place, placeOf } from "../route.ts";
import { Frame, type Section } from "./frame.tsx";
import { KeyForm } from "./key-form.tsx";
import { noteNavigation } from "./navigation.ts";

/** The console: the page that the address names. */
export function App() {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  const [keyWanted, setKeyWanted] = useState(isKeyWanted);
  useEffect(() => {
    const navigate = () => {
      noteNavigation();
      setPlace(placeOf(location.hash));
      scrollTo(0, 0);
    };
    addEventListener("hashchange", navigate);
    const stop = onKeyChange(() => setKeyWanted(isKeyWanted()));
    return () => {
      removeEventListener("hashchange", navigate);
      stop();
    };
  }, []);
  return (
    <Frame section={sectionOf(place)}>
      {keyWanted ? <KeyForm /> : <Page key={keyOf(place)} place={place} />}
    </Frame>
  );
}

/** A page of another thing is another page; filters of a list are not. */
const keyOf = (place: Place) => ("id" in place ? `${place.page} ${place.id}` : place.page);

function sectionOf({ page }: Place): Section | undefined {
  if (page === "method" || page === "methods") return "methods";
  if (page === "run" || page === "runs" || page === "compare") return "runs";
  if (page === "dataset" || page === "datasets") return "datasets";
  return page === "model" || page === "models" ? "models" : undefined;
}

function Page({ place }: { place: Place }) {
  switch (place.page) {
    case "methods":
      return <MethodsPage />;
    case "method":
      return <MethodPage id={place.id} from={place.from} />;
    case "runs":
      return <RunsPage method={place.method} status={place.status} />;
    case "run":
      return <RunPage id={place.id} />;
    case "compare":
      return <ComparePage runs={place.runs} />;
    case "datasets":
      return <DatasetsPage />;
    case "dataset":
      return <DatasetPage id={place.id} />;
    case "models":
      return <ModelsPage />;
    case "model":
      return <ModelPage id={place.id} />;
    case "unknown":
      return <UnknownPage />;
  }
}

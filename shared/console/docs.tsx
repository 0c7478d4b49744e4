import { Docs } from "./docs/docs.tsx";
import { mount } from "./mount.tsx";
import "./styles/docs-page.css";

mount(Docs);

import { mount } from "./mount.tsx";
import { App } from "./shell/app.tsx";
import "./styles/console.css";

mount(App);

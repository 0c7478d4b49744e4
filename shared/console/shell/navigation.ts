let navigated = false;

/** Notes that the reader went from one page to another: the next heading then takes the focus. */
export function noteNavigation(): void {
  navigated = true;
}

/** Whether the page that is being drawn was gone to; true once. */
export function takeNavigation(): boolean {
  const was = navigated;
  navigated = false;
  return was;
}

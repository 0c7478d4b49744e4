/** A share of a work that is done, as a bar. */
export function Bar({ share, label }: { share: number; label: string }) {
  const percent = Math.floor(share * 100);
  return (
    <div
      class="share"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div class="share-done" style={{ width: `${share * 100}%` }} />
    </div>
  );
}

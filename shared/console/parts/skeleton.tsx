/** Lines that stand for what is still on its way. */
export function Skeleton({ lines = 3, what }: { lines?: number; what: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">Loading {what}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton-line" style={{ width: `${95 - ((index * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

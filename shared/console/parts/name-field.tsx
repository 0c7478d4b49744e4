/** What something that is uploaded is to be called. */
export function NameField({ name, setName }: { name: string; setName: (name: string) => void }) {
  return (
    <label>
      Name
      <input
        type="text"
        value={name}
        maxLength={200}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
    </label>
  );
}

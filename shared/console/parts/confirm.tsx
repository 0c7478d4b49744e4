import { useId, useRef } from "preact/hooks";

interface ConfirmProps {
  readonly label: string;
  readonly question: string;
  readonly about: string;
  readonly onConfirm: () => void;
}

/** A button whose deed is asked about first. */
export function Confirm({ label, question, about, onConfirm }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const confirm = () => {
    dialog.current?.close();
    onConfirm();
  };
  return (
    <>
      <button type="button" class="danger" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={`${id}-question`}>
        <h2 id={`${id}-question`}>{question}</h2>
        <p>{about}</p>
        <div class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button type="button" class="danger" onClick={confirm}>
            {label}
          </button>
        </div>
      </dialog>
    </>
  );
}

import { useEffect, useId, useState } from 'preact/hooks';
import { asApiError } from '../api/data';
import { Said } from '../ui/basics';
import { Icon } from '../ui/icon';

/** A filter without completion. Enter applies. */
export function FilterInput({ value, onApply, label, placeholder, error }: {
  value: string; onApply: (filter: string) => void; label: string; placeholder: string; error?: unknown;
}) {
  const [draft, setDraft] = useState(value);
  const id = useId();
  useEffect(() => setDraft(value), [value]);
  return (
    <form class="filter" onSubmit={(event) => (event.preventDefault(), onApply(draft.trim()))}>
      <Icon name="search" />
      <input type="text" aria-label={label} placeholder={placeholder} spellcheck={false} autocomplete="off" value={draft} aria-invalid={!!error}
        aria-describedby={error ? id : undefined} onInput={(event) => setDraft(event.currentTarget.value)} />
      {!!error && <p id={id} class="hint wrong" role="alert"><Said>{asApiError(error).message}</Said></p>}
    </form>
  );
}

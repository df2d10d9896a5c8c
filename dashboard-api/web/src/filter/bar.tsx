// The filter bar: a combobox (WAI-ARIA) over the filter language. Enter applies; so does taking a machine's name.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { get } from '../api/client';
import { asApiError, useData } from '../api/data';
import type { ListRulesResponse, SummarizeVerdictsResponse } from '../api/types';
import { text } from '../i18n';
import { Said } from '../ui/basics';
import { Icon } from '../ui/icon';
import { complete, type Completion, take, type Vocabulary } from './grammar';

const kGrouped = ['site', 'domain', 'os', 'os_version', 'architecture', 'organizational_unit'];
const kMostValues = 500;

/** Rules, and what the fleet has as sites, domains and the like: read once, when the bar is first used. */
function useVocabulary(wanted: boolean): Vocabulary {
  const data = useData(async (signal) => {
    const [rules, ...summaries] = await Promise.all([
      get<ListRulesResponse>('/v1/rules', {}, signal),
      ...kGrouped.map((groupBy) => get<SummarizeVerdictsResponse>('/v1/verdicts:summarize', { groupBy }, signal)),
    ]);
    return {
      rules: rules.rules.map((rule) => rule.id),
      values: Object.fromEntries(
        kGrouped.map((field, i) => [field, summaries[i]!.rows.map((row) => row.value).filter(Boolean).slice(0, kMostValues)])),
    };
  }, ['vocabulary'], { off: !wanted });
  return data.value ?? { rules: [], values: {} };
}

export function FilterBar({ value, onApply, error, label }: { value: string; onApply: (filter: string) => void; error?: unknown; label?: string }) {
  const t = text.value.filter;
  const [draft, setDraft] = useState(value);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState(-1);
  const [used, setUsed] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const place = useRef<number | undefined>(undefined);
  const list = useId();
  const vocabulary = useVocabulary(used);
  useEffect(() => setDraft(value), [value]);
  useEffect(() => {
    if (place.current === undefined) return;
    input.current?.setSelectionRange(place.current, place.current);
    place.current = undefined;
  });

  const completions = complete(draft, caret, vocabulary);
  const shown = open && completions.options.length > 0;
  const changed = () => {
    setDraft(input.current!.value);
    setCaret(input.current!.selectionStart ?? 0);
    setChoice(-1);
    setOpen(true);
  };
  const accept = (option: Completion) => {
    const taken = take(draft, completions, option);
    setDraft(taken.filter);
    setCaret(taken.caret);
    place.current = taken.caret;
    setChoice(-1);
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const count = completions.options.length;
    if (event.key === 'ArrowDown' && count) {
      event.preventDefault();
      setOpen(true);
      setChoice(shown ? (choice + 1) % count : 0);
    } else if (event.key === 'ArrowUp' && shown) {
      event.preventDefault();
      setChoice((choice <= 0 ? count : choice) - 1);
    } else if (event.key === 'Tab' && shown && choice >= 0 && !event.shiftKey) {
      event.preventDefault();
      accept(completions.options[choice]!);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (shown && choice >= 0) return accept(completions.options[choice]!);
      setOpen(false);
      onApply(draft.trim());
    } else if (event.key === 'Escape') {
      if (shown) event.preventDefault();
      setOpen(false);
    }
  };
  return (
    <div class="filter">
      <Icon name="search" />
      <input ref={input} type="text" role="combobox" aria-label={label ?? t.label} aria-expanded={shown} aria-controls={list} aria-autocomplete="list"
        aria-activedescendant={shown && choice >= 0 ? `${list}-${choice}` : undefined} aria-invalid={!!error} aria-describedby={error ? `${list}-error` : undefined}
        placeholder={t.placeholder} spellcheck={false} autocomplete="off" value={draft} onInput={changed} onKeyDown={onKey}
        onClick={changed} onFocus={() => setUsed(true)} onBlur={() => setOpen(false)}
        onKeyUp={() => setCaret(input.current!.selectionStart ?? 0)} />
      <div id={list} role="listbox" aria-label={t.completions} hidden={!shown}>
        {shown && completions.options.map((option, i) => (
          <div key={`${option.kind}${option.insert}`} id={`${list}-${i}`} role="option" aria-selected={i === choice}
            onPointerDown={(event) => {
              event.preventDefault();
              accept(option);
            }}>
            <code>{option.insert}</code>
            <span class="muted small">{t.kind[option.kind]}</span>
          </div>
        ))}
      </div>
      {!!error && (
        <p id={`${list}-error`} class="hint wrong" role="alert">
          <Said>{asApiError(error).message}</Said>
        </p>
      )}
    </div>
  );
}

// The small parts that every view is made of.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/client';
import * as format from '../format';
import { text } from '../i18n';
import { said } from '../said';
import { Icon, type IconName } from './icon';

/** A text that others wrote: kept from turning the text around it, cut by the layout, whole on hover. */
export const Foreign = ({ value, class: name }: { value: string; class?: string }) => (
  <bdi class={`foreign ${name ?? ''}`} title={value.length > 24 ? value.slice(0, 2000) : undefined}>
    {value.length > 2000 ? `${value.slice(0, 2000)}…` : value}
  </bdi>
);

/** A sentence of the server, in the page's language where it is known there; else English, as the server speaks. */
export function Said({ children }: { children: string }) {
  const own = said(children);
  const shown = own ?? children;
  return (
    <bdi lang={own === undefined ? 'en' : undefined} class="said">
      {shown.length > 4000 ? `${shown.slice(0, 4000)}…` : shown}
    </bdi>
  );
}

/** An instant: in the viewer's zone, or relative to now; UTC on hover. */
export function Time({ value, style = 'minute', ago }: { value?: string; style?: 'full' | 'minute' | 'date' | 'clock'; ago?: boolean }) {
  if (!value) return <span class="muted">–</span>;
  const local = format.time(value, style);
  const title = ago ? `${format.time(value, 'full')}\n${format.utc(value)}` : format.utc(value);
  return (
    <time dateTime={value} title={title}>
      {ago ? format.relative(value) : local}
    </time>
  );
}

export const Hex = ({ value, short }: { value: string; short?: number }) => (
  <code class="hex" title={value}>
    {short && value.length > short ? `${value.slice(0, short)}…` : value}
  </code>
);

interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  kind?: 'primary' | 'danger' | 'plain' | 'quiet';
  icon?: IconName;
  type?: 'button' | 'submit';
  disabled?: boolean;
  busy?: boolean;
  pressed?: boolean;
  expanded?: boolean;
}
export const Button = ({ children, onClick, kind = 'plain', icon, type = 'button', disabled, busy, pressed, expanded }: ButtonProps) => (
  <button type={type} class={`button ${kind}`} onClick={onClick} disabled={disabled || busy} aria-busy={busy} aria-pressed={pressed}
    aria-expanded={expanded}>
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </button>
);

export const IconButton = ({ label, icon, onClick, disabled }: { label: string; icon: IconName; onClick: () => void; disabled?: boolean }) => (
  <button type="button" class="button quiet square" aria-label={label} title={label} onClick={onClick} disabled={disabled}>
    <Icon name={icon} />
  </button>
);

export const ButtonLink = ({ href, children, kind = 'plain', icon, download }: {
  href: string; children: ComponentChildren; kind?: 'primary' | 'plain'; icon?: IconName; download?: string | boolean;
}) => (
  <a class={`button ${kind}`} href={href} download={download}>
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </a>
);

/** What failed, what to do, and by which id the server's log knows it. */
export function ErrorBox({ error, retry }: { error?: ApiError; retry?: () => void }) {
  if (!error) return null;
  const t = text.value.error;
  const advice = t.advice[error.code as keyof typeof t.advice] ?? t.advice.OTHER;
  return (
    <div class="notice error" role="alert">
      <Icon name="affected" />
      <div>
        <strong>{error.unreachable ? t.unreachable : t.failed}</strong> {error.message && <Said>{error.message}</Said>}
        <p>{advice}</p>
        <p class="small muted">
          {t.request} <code>{error.requestId || '–'}</code>
          {error.status ? ` · HTTP ${error.status} ${error.code}` : ''}
        </p>
      </div>
      {retry && (
        <Button onClick={retry} icon="retry">
          {t.again}
        </Button>
      )}
    </div>
  );
}

export const Notice = ({ kind, children }: { kind: 'info' | 'warning' | 'good' | 'error'; children: ComponentChildren }) => (
  <div class={`notice ${kind}`}>
    <Icon name={({ info: 'info', warning: 'atRisk', good: 'fixed', error: 'affected' } as const)[kind]} />
    <div>{children}</div>
  </div>
);

export const Loading = ({ rows = 4 }: { rows?: number }) => (
  <div class="loading" role="status">
    <span class="hidden">{text.value.common.loading}</span>
    {Array.from({ length: rows }, (_, i) => (
      <div class="skeleton" key={i} />
    ))}
  </div>
);

export const Empty = ({ children, action }: { children: ComponentChildren; action?: ComponentChildren }) => (
  <div class="empty">
    <p>{children}</p>
    {action}
  </div>
);

export const Panel = ({ title, aside, children, class: name }: {
  title: ComponentChildren; aside?: ComponentChildren; children: ComponentChildren; class?: string;
}) => {
  const id = useId();
  return (
    <section class={`panel ${name ?? ''}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
};

/** Name and value, one below the other. */
export const Facts = ({ rows }: { rows: [ComponentChildren, ComponentChildren][] }) => (
  <dl class="facts">
    {rows.map(([name, value], i) => (
      <div key={i}>
        <dt>{name}</dt>
        <dd>{value === '' || value === undefined || value === null ? <span class="muted">–</span> : value}</dd>
      </div>
    ))}
  </dl>
);

export function Field({ label, hint, error, children }: {
  label: string; hint?: ComponentChildren; error?: string; children: (ids: { id: string; 'aria-describedby'?: string }) => ComponentChildren;
}) {
  const id = useId();
  const described = hint || error ? `${id}-hint` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described })}
      {described && (
        <p id={described} class={error ? 'hint wrong' : 'hint'}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

export function Dialog({ title, onClose, children, wide }: { title: ComponentChildren; onClose: () => void; children: ComponentChildren; wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => opener?.focus?.();
  }, []);
  return (
    <dialog ref={dialog} class={wide ? 'wide' : ''} aria-labelledby={id} onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <div class="dialog">
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton label={text.value.common.close} icon="close" onClick={() => dialog.current?.close()} />
        </header>
        <div class="dialog-body">{children}</div>
      </div>
    </dialog>
  );
}

/** Asks before something is done. */
export function Confirm({ title, children, confirm, danger, onConfirm, onClose, busy, error }: {
  title: string; children: ComponentChildren; confirm: string; danger?: boolean; onConfirm: () => void; onClose: () => void; busy?: boolean;
  error?: ApiError;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <ErrorBox error={error} />
      <footer class="actions">
        <Button onClick={onClose}>{text.value.common.cancel}</Button>
        <Button kind={danger ? 'danger' : 'primary'} onClick={onConfirm} busy={busy}>
          {confirm}
        </Button>
      </footer>
    </Dialog>
  );
}

export function Copy({ value, label }: { value: string; label: string }) {
  const [done, setDone] = useState(false);
  return (
    <>
      <IconButton label={label} icon={done ? 'clean' : 'copy'} onClick={() => void navigator.clipboard?.writeText(value).then(() => setDone(true))} />
      <span class="hidden" role="status">
        {done ? text.value.common.copied : ''}
      </span>
    </>
  );
}

/** A button with a box below it. Escape, and a click or the focus elsewhere, close it. */
export function Menu({ title, icon, open, onOpen, children }: {
  title: string; icon: IconName; open: boolean; onOpen: (open: boolean) => void; children: ComponentChildren;
}) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => !menu.current?.contains(event.target as Node) && onOpen(false);
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      if (menu.current?.contains(document.activeElement)) menu.current.querySelector('button')?.focus();
      onOpen(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);
  return (
    <div class="menu" ref={menu}>
      <Button icon={icon} expanded={open} onClick={() => onOpen(!open)}>{title}</Button>
      {open && <div class="pop" role="group" aria-label={title}>{children}</div>}
    </div>
  );
}

/** Tabs that are links: each has an address. */
export const Tabs = ({ label, tabs, current }: { label: string; tabs: { id: string; title: ComponentChildren; href: string }[]; current: string }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map((tab) => (
      <a key={tab.id} href={tab.href} aria-current={tab.id === current ? 'page' : undefined}>
        {tab.title}
      </a>
    ))}
  </nav>
);

/** Offers a file that the page made. */
export function saveFile(name: string, type: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

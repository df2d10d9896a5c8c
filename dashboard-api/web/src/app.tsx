// The page's frame: navigation, the connection strip, and the view that the address names.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { lostSince, tryNow } from './api/connection';
import { openSession, actorName, logOut, may, session } from './session';
import { asApiError, useAction } from './api/data';
import * as format from './format';
import { language, text, type Language } from './i18n';
import { path } from './router';
import { chooseLanguage, wordsReady } from './said';
import { theme, type Theme } from './theme';
import { Button, ErrorBox, Loading, Notice } from './ui/basics';
import { Icon, type IconName } from './ui/icon';
import { Access } from './views/access';
import { Account } from './views/account';
import { Audit } from './views/audit';
import { CampaignPage } from './views/campaign';
import { Campaigns } from './views/campaigns';
import { CatalogPage, Catalogs } from './views/catalogs';
import { Groups } from './views/groups';
import { Health } from './views/health';
import { Login } from './views/login';
import { MachinePage } from './views/machine';
import { Machines } from './views/machines';
import { NewCampaign } from './views/new_campaign';
import { Overview } from './views/overview';
import { Rules } from './views/rules';
import type { Role } from './api/types';

interface Entry {
  id: 'overview' | 'machines' | 'groups' | 'catalogs' | 'campaigns' | 'rules' | 'audit' | 'access' | 'health';
  href: string;
  role: Role;
  gap?: boolean;
}
const kEntries: Entry[] = [
  { id: 'overview', href: '/', role: 'VIEWER' },
  { id: 'machines', href: '/machines', role: 'VIEWER' },
  { id: 'groups', href: '/groups', role: 'VIEWER' },
  { id: 'catalogs', href: '/catalogs', role: 'VIEWER' },
  { id: 'campaigns', href: '/campaigns', role: 'VIEWER' },
  { id: 'rules', href: '/rules', role: 'VIEWER', gap: true },
  { id: 'health', href: '/health', role: 'VIEWER' },
  { id: 'audit', href: '/audit', role: 'ADMIN' },
  { id: 'access', href: '/access', role: 'VIEWER' },
];

type View = (...parts: string[]) => JSX.Element;
const kRoutes: [RegExp, View][] = [
  [/^\/$/, () => <Overview />],
  [/^\/machines$/, () => <Machines />],
  [/^\/machines\/([^/]+)$/, (id) => <MachinePage key={id} id={id!} />],
  [/^\/groups$/, () => <Groups />],
  [/^\/catalogs$/, () => <Catalogs />],
  [/^\/catalogs\/([^/]+)$/, (id) => <CatalogPage key={id} id={id!} />],
  [/^\/campaigns$/, () => <Campaigns />],
  [/^\/campaigns\/new$/, () => (may('OPERATOR') ? <NewCampaign /> : <NotAllowed title={text.value.wizard.title} />)],
  [/^\/campaigns\/([^/]+)$/, (id) => <CampaignPage key={id} id={id!} />],
  [/^\/rules$/, () => <Rules />],
  [/^\/audit$/, () => <Audit />],
  [/^\/access$/, () => <Access />],
  [/^\/health$/, () => <Health />],
  [/^\/account$/, () => <Account />],
];

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function view(at: string): JSX.Element {
  for (const [pattern, make] of kRoutes) {
    const match = pattern.exec(at);
    if (match) return make(...match.slice(1).map(decode));
  }
  return (
    <Page title={text.value.common.notFound}>
      <p>
        {text.value.common.notFoundLong} <a href="/">{text.value.nav.overview}</a>
      </p>
    </Page>
  );
}

/** For a form whose end the server would refuse. */
const NotAllowed = ({ title }: { title: string }) => (
  <Page title={title}>
    <Notice kind="warning">{text.value.error.advice.PERMISSION_DENIED}</Notice>
  </Page>
);

/** A view whose code fails says so; the menu goes on working. */
function Guarded({ at }: { at: string }) {
  const [error, reset] = useErrorBoundary();
  return error ? (
    <Page title={text.value.error.failed}>
      <ErrorBox error={asApiError(error)} retry={reset} />
    </Page>
  ) : view(at);
}

export interface Crumb {
  title: string;
  href: string;
}

/** A view's heading and body. Its heading gets the focus when the view changes, so that readers say where one is. */
export function Page({ title, plainTitle, crumbs = [], actions, children, full }: {
  title: ComponentChildren; plainTitle?: string; crumbs?: Crumb[]; actions?: ComponentChildren; children: ComponentChildren; full?: boolean;
}) {
  const told = plainTitle ?? (typeof title === 'string' ? title : '');
  useEffect(() => {
    document.title = told ? `${told} – Muster` : 'Muster';
  }, [told]);
  return (
    <>
      <div class="head">
        <div class="titles">
          <nav class="crumbs" aria-label={text.value.nav.breadcrumb}>
            <a href="/">Muster</a>
            {crumbs.map((crumb) => (
              <>
                <Icon name="chevron" />
                <a href={crumb.href}>{crumb.title}</a>
              </>
            ))}
          </nav>
          <h1 tabIndex={-1}>{title}</h1>
        </div>
        {actions && <div class="actions">{actions}</div>}
      </div>
      <div class={full ? 'body full' : 'body'}>{children}</div>
    </>
  );
}

const Strip = () =>
  lostSince.value && (
    <div class="strip" role="status">
      <Icon name="atRisk" />
      <span>{text.value.connection.lost(format.time(lostSince.value, 'clock'))}</span>
      <Button onClick={tryNow}>{text.value.connection.tryNow}</Button>
    </div>
  );

export function Choices() {
  const t = text.value.nav;
  return (
    <>
      <label class="entry">
        <Icon name="theme" />
        <span class="hidden">{t.theme}</span>
        <select value={theme.value} onChange={(event) => (theme.value = event.currentTarget.value as Theme)}>
          <option value="system">{t.themeSystem}</option>
          <option value="light">{t.themeLight}</option>
          <option value="dark">{t.themeDark}</option>
        </select>
      </label>
      <label class="entry">
        <Icon name="globe" />
        <span class="hidden">{t.language}</span>
        <select value={language.value} onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}>
          <option value="en">English</option>
          <option value="de">Deutsch</option>
        </select>
      </label>
    </>
  );
}

function Side() {
  const t = text.value.nav;
  const here = path.value;
  return (
    <header class="side">
      <a class="brand" href="/" aria-label="Muster">
        <img src="/icon.svg" alt="" width={22} height={22} />
        <span>Muster</span>
      </a>
      <nav aria-label={t.main}>
        {kEntries
          .filter((entry) => may(entry.role))
          .map((entry) => (
            <>
              {entry.gap && <div class="gap" />}
              <a key={entry.id} href={entry.href} title={t[entry.id]}
                aria-current={(entry.href === '/' ? here === '/' : here.startsWith(entry.href)) ? 'page' : undefined}>
                <Icon name={entry.id as IconName} />
                <span>{t[entry.id]}</span>
              </a>
            </>
          ))}
      </nav>
      <div class="me">
        <Choices />
        <a class="entry" href="/account">
          <Icon name="user" />
          <span class="foreign">
            <bdi>{actorName.value}</bdi>
          </span>
        </a>
        <button type="button" class="entry" onClick={() => void logOut().catch(() => undefined)}>
          <Icon name="out" />
          <span>{t.logOut}</span>
        </button>
      </div>
    </header>
  );
}

export function App() {
  const opening = useAction(openSession);
  useEffect(() => void opening.run(), []);
  const here = path.value;
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (document.activeElement && document.activeElement !== document.body && document.activeElement.closest('main, dialog')) return;
    heading?.focus({ preventScroll: true });
  }, [here]);

  if (session.value === undefined || !wordsReady.value) {
    return (
      <div class="login">
        {opening.error ? <ErrorBox error={asApiError(opening.error)} retry={() => void opening.run()} /> : <Loading rows={1} />}
      </div>
    );
  }
  if (session.value === null) {
    return (
      <>
        <Strip />
        <Login />
      </>
    );
  }
  const forced = session.value.mustChangePassword;
  return (
    <>
      <a class="skip" href="#main">
        {text.value.nav.skip}
      </a>
      <div class="shell">
        <Side />
        <div class="work">
          <Strip />
          <main id="main" tabIndex={-1}>
            {forced ? <Account forced /> : <Guarded key={here} at={here} />}
          </main>
        </div>
      </div>
    </>
  );
}

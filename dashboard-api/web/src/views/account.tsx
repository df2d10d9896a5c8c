import { useState } from 'preact/hooks';
import { Page } from '../app';
import { post } from '../api/client';
import { useAction } from '../api/data';
import { text } from '../i18n';
import { openSession, session } from '../session';
import { Button, ErrorBox, Facts, Field, Foreign, Notice, Panel, Time } from '../ui/basics';

/** Who is logged in, and a new password; `forced`: nothing else until there is one. */
export function Account({ forced }: { forced?: boolean }) {
  const t = text.value.account;
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [done, setDone] = useState(false);
  const change = useAction(async () => {
    await post('/v1/sessions/current:changePassword', { currentPassword: current, newPassword: next });
    setCurrent('');
    setNext('');
    setAgain('');
    setDone(true);
    await openSession();
  });
  const bytes = new TextEncoder().encode(next).length;
  const who = session.value!;
  const isUser = who.actor.startsWith('users/');
  return (
    <Page title={t.title}>
      <div class="stack narrow-form">
        {forced && <Notice kind="warning">{t.forced}</Notice>}
        <Panel title={t.who}>
          <div class="inner">
            <Facts rows={[
              [t.name, <Foreign value={who.displayName || who.actor} />],
              [t.actor, <code>{who.actor}</code>],
              [t.role, text.value.role[who.role]],
              [t.expires, <Time value={who.expireTime} />],
            ]} />
          </div>
        </Panel>
        {isUser && (
          <Panel title={t.password}>
            <form class="inner"
              onSubmit={(event) => {
                event.preventDefault();
                setDone(false);
                void change.run();
              }}>
              <input type="text" name="username" autocomplete="username" value={who.actor.slice(6)} hidden readOnly />
              <Field label={t.current}>
                {(ids) => <input {...ids} type="password" autocomplete="current-password" required value={current} onInput={(e) => setCurrent(e.currentTarget.value)} />}
              </Field>
              <Field label={t.next} hint={t.nextHint} error={next && bytes < 12 ? t.nextHint : undefined}>
                {(ids) => <input {...ids} type="password" autocomplete="new-password" required value={next} onInput={(e) => setNext(e.currentTarget.value)} />}
              </Field>
              <Field label={t.again} error={again && again !== next ? t.differs : undefined}>
                {(ids) => <input {...ids} type="password" autocomplete="new-password" required value={again} onInput={(e) => setAgain(e.currentTarget.value)} />}
              </Field>
              <ErrorBox error={change.error} />
              <div role="status">{done && <Notice kind="good">{t.done}</Notice>}</div>
              <footer class="actions">
                <Button type="submit" kind="primary" busy={change.busy} disabled={bytes < 12 || next !== again}>
                  {t.submit}
                </Button>
              </footer>
            </form>
          </Panel>
        )}
      </div>
    </Page>
  );
}

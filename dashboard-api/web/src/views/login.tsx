import { useEffect, useRef, useState } from 'preact/hooks';
import { Choices } from '../app';
import { useAction } from '../api/data';
import { text } from '../i18n';
import { logIn } from '../session';
import { Button, ErrorBox, Field, Notice } from '../ui/basics';

export function Login() {
  const t = text.value.login;
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const first = useRef<HTMLInputElement>(null);
  const login = useAction(async () => logIn(user.trim(), password));
  useEffect(() => {
    document.title = `${t.title} – Muster`;
    first.current?.focus();
  }, []);
  const error = login.error;
  return (
    <main class="login">
      <div>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void login.run();
          }}>
          <h1 class="brand">
            <img src="/icon.svg" alt="" width={30} height={30} />
            <span>Muster</span>
          </h1>
          <Field label={t.user}>
            {(ids) => (
              <input {...ids} ref={first} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required value={user}
                onInput={(event) => setUser(event.currentTarget.value)} />
            )}
          </Field>
          <Field label={t.password}>
            {(ids) => (
              <input {...ids} name="password" type="password" autocomplete="current-password" required value={password}
                onInput={(event) => setPassword(event.currentTarget.value)} />
            )}
          </Field>
          {error?.status === 401 ? (
            <div role="alert">
              <Notice kind="error">{t.wrong}</Notice>
            </div>
          ) : error?.status === 429 ? (
            <div role="alert">
              <Notice kind="warning">{t.locked(error.retryAfterSeconds ?? 1)}</Notice>
            </div>
          ) : (
            <ErrorBox error={error} />
          )}
          <Button type="submit" kind="primary" busy={login.busy}>
            {t.submit}
          </Button>
        </form>
        <div class="choices">
          <Choices />
        </div>
      </div>
    </main>
  );
}

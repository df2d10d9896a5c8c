import { Page } from '../app';
import { text } from '../i18n';
import { location, param } from '../router';
import { may } from '../session';
import { Tabs } from '../ui/basics';
import { Keys } from './access/keys';
import { Notifications } from './access/notifications';
import { ApiTokens, EnrollmentTokens } from './access/tokens';
import { Users } from './access/users';
import type { Role } from '../api/types';

const kTabs = { users: 'ADMIN', tokens: 'ADMIN', enrollment: 'ADMIN', keys: 'VIEWER', notifications: 'OPERATOR' } as const satisfies Record<string, Role>;
type Tab = keyof typeof kTabs;

export function Access() {
  const t = text.value.access;
  const allowed = (Object.keys(kTabs) as Tab[]).filter((one) => may(kTabs[one]));
  const tab = allowed.find((one) => one === param('tab')) ?? allowed[0]!;
  void location.value;
  return (
    <Page title={text.value.nav.access} actions={<a class="button" href="/api/">{t.reference}</a>}>
      <Tabs label={text.value.nav.access} current={tab} tabs={allowed.map((one) => ({ id: one, title: t.tab[one], href: `/access?tab=${one}` }))} />
      {tab === 'users' && <Users />}
      {tab === 'tokens' && <ApiTokens />}
      {tab === 'enrollment' && <EnrollmentTokens />}
      {tab === 'keys' && <Keys />}
      {tab === 'notifications' && <Notifications />}
    </Page>
  );
}

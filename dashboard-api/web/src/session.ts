// Who is logged in, and what that role may do. The server enforces it; the page only does not offer what would be refused.
import { computed, signal } from '@preact/signals';
import { get, onUnauthenticated, post, remove } from './api/client';
import type { Role, Session } from './api/types';

/** undefined: not yet known; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

const kRank: Record<Role, number> = { ROLE_UNSPECIFIED: 0, VIEWER: 1, OPERATOR: 2, APPROVER: 3, ADMIN: 4 };
export const may = (role: Role): boolean => kRank[session.value?.role ?? 'ROLE_UNSPECIFIED'] >= kRank[role];
export const actorName = computed(() => session.value?.displayName || session.value?.actor.split('/')[1] || '');

/** @throws ApiError where the server was not reached */
export async function openSession(): Promise<void> {
  try {
    session.value = await get<Session>('/v1/sessions/current');
  } catch (error) {
    if ((error as { status?: number }).status !== 401) throw error;
    session.value = null;
  }
}

export async function logIn(userId: string, password: string): Promise<void> {
  session.value = await post<Session>('/v1/sessions', { userId, password });
}

export async function logOut(): Promise<void> {
  try {
    await remove('/v1/sessions/current');
  } finally {
    session.value = null;
  }
}

onUnauthenticated(() => (session.value = null));

// Calls of the HTTP/JSON API. A call that fails rejects with an ApiError and tells `connection` where the server was not reached.
import { lost, restored } from './connection';

/** What went wrong, as google.rpc.Status says it (AIP-193). */
export class ApiError extends Error {
  constructor(
    readonly status: number, // HTTP; 0: no answer came
    readonly code: string, // "NOT_FOUND"
    message: string,
    readonly requestId: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export type Query = Record<string, string | number | boolean | string[] | undefined>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let whenUnauthenticated: () => void = () => undefined;
/** Called when an answer says that nobody is logged in (any more). */
export function onUnauthenticated(callback: () => void): void {
  whenUnauthenticated = callback;
}

/** "/v1/{name}" of a resource name, each segment encoded. */
export const resource = (name: string, verb = ''): string =>
  `/v1/${name.split('/').map(encodeURIComponent).join('/')}${verb}`;

export function url(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) params.append(key, one);
    else if (value !== undefined && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function failure(response: Response, requestId: string): Promise<ApiError> {
  const id = response.headers.get('x-request-id') ?? requestId;
  const after = Number(response.headers.get('retry-after') ?? NaN);
  let code = '';
  let message = '';
  try {
    const body = (await response.json()) as { error?: { status?: string; message?: string } };
    code = body.error?.status ?? '';
    message = body.error?.message ?? '';
  } catch {
    // Not from Muster: a proxy's page, say.
  }
  return new ApiError(response.status, code || `HTTP_${response.status}`, message || response.statusText, id,
    Number.isFinite(after) ? after : undefined);
}

/** Any request to this origin. @throws ApiError, or an AbortError where `signal` says so. */
export async function request(method: Method, address: string, init: RequestInit = {}): Promise<Response> {
  const requestId = crypto.randomUUID?.() ?? Math.random().toString(16).slice(2);
  const headers = new Headers(init.headers);
  headers.set('X-Request-Id', requestId);
  if (method !== 'GET') headers.set('X-Muster-CSRF', '1');
  let response: Response;
  try {
    response = await fetch(address, { ...init, method, headers, credentials: 'same-origin' });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    lost();
    throw new ApiError(0, 'UNAVAILABLE', '', requestId);
  }
  if (response.ok) {
    restored();
    return response;
  }
  const error = await failure(response, requestId);
  if (error.unreachable) lost();
  else restored();
  if (response.status === 401 && !address.startsWith('/v1/sessions')) whenUnauthenticated();
  throw error;
}

async function json<T>(method: Method, path: string, query: Query, body: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { headers: { Accept: 'application/json' }, signal };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
  }
  const response = await request(method, url(path, query), init);
  return (response.status === 204 ? {} : await response.json()) as T;
}

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal) => json<T>('GET', path, query, undefined, signal);
export const post = <T>(path: string, body: unknown = {}, query: Query = {}) => json<T>('POST', path, query, body);
export const put = <T>(path: string, body: unknown) => json<T>('PUT', path, {}, body);
export const patch = <T>(path: string, body: unknown, query: Query = {}) => json<T>('PATCH', path, query, body);
export const remove = <T>(path: string) => json<T>('DELETE', path, {}, undefined);

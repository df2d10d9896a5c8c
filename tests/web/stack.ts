// The processes that the tests run against: muster-server with its own PostgreSQL, muster-fleetsim, muster-dashboard.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kPatienceMs = 300_000;
const kMostSimulated = 10_000; // one process's worth; a larger fleet is made of copies

/** What the tests need to know; handed on through the environment. */
export interface Story {
  work: string;
  base: string; // of muster-dashboard
  metrics: string; // of its metrics
  machines: number;
  roster: Record<string, string>; // name -> image, of those that are simulated
  keyFile: string;
  passphrase: string;
  payload: string;
  brokenSwitch: string; // while this file is there, Köln's installers fail
  user: string;
  password: string;
  server: { port: string; agentPort: string; authority: string; token: string };
}

export const story = (): Story => JSON.parse(readFileSync(process.env.MUSTER_STORY!, 'utf8')) as Story;

const bin = (name: string) => join(process.env.MUSTER_BIN_DIR!, name);
const environment = (file: string): Record<string, string> =>
  Object.fromEntries(readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split('=') as [string, string]));

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, holds: () => boolean, child?: ChildProcess, log?: string): Promise<void> {
  for (const end = Date.now() + kPatienceMs; !holds(); await pause(50)) {
    const ended = child && child.exitCode !== null;
    if (ended || Date.now() > end) throw new Error(`${what} ${ended ? 'ended' : 'took too long'}: ${log ? readFileSync(log, 'utf8').slice(-2000) : ''}`);
  }
}

export class Stack {
  private readonly work = mkdtempSync(join(tmpdir(), 'muster-web.'));
  private readonly children: ChildProcess[] = [];

  constructor() {
    chmodSync(this.work, 0o755); // PostgreSQL may run as another user, and must get through
  }

  private path = (name: string) => join(this.work, name);

  private run(program: string, args: string[], env: Record<string, string> = {}): string {
    return execFileSync(bin(program), args, { encoding: 'utf8', env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  private start(program: string, args: string[], env: Record<string, string> = {}): { child: ChildProcess; log: string } {
    const log = this.path(`${program}.log`);
    const out = openSync(log, 'a');
    const child = spawn(bin(program), args, { env: { ...process.env, ...env }, stdio: ['ignore', out, out] });
    closeSync(out);
    this.children.push(child);
    return { child, log };
  }

  private async startServer(agentPort = '0', operatorPort = '0'): Promise<Record<string, string>> {
    const announced = this.path('server.env');
    rmSync(announced, { force: true });
    const { child, log } = this.start('muster-server', ['--data', this.path('server'), '--embedded-postgres', this.path('postgres'),
      '--agent-listen', `127.0.0.1:${agentPort}`, '--operator-listen', `127.0.0.1:${operatorPort}`, '--announce', announced]);
    this.server = child;
    await until('muster-server', () => existsSync(announced) && readFileSync(announced, 'utf8').includes('operator_port'), child, log);
    return environment(announced);
  }
  private server!: ChildProcess;

  async up(machines: number): Promise<Story> {
    const simulated = Math.min(machines, kMostSimulated);
    if (machines % simulated) throw new Error(`above ${kMostSimulated}, a fleet is a multiple of that: not ${machines}`);
    for (const variant of ['healthy', 'fixed']) this.run('muster-testimage', ['--out', this.path(variant), '--variant', variant]);
    this.run('muster-testimage', ['--out', this.path('lapsing'), '--variant', 'affected']);
    // Well until long after this story is over: what the forecast is about.
    const later = new Date(Date.now() + 20 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
    this.run('muster-testimage', ['--out', this.path('later'), '--variant', 'at-risk', '--breaks-at', later]);
    const server = await this.startServer();
    const passphrase = 'only for these tests';
    const ctl = {
      MUSTER_SERVER: `127.0.0.1:${server.operator_port}`, MUSTER_CA: server.authority!, MUSTER_TOKEN_FILE: server.admin_token!, MUSTER_KEY_PASSPHRASE: passphrase,
    };
    const keyFile = this.path('operator.key');
    this.run('musterctl', ['keys', 'new', '--out', keyFile, '--name', 'Anna’s key'], ctl);
    this.run('muster-testmsu', ['--out', this.work, '--kb', 'KB2749655']);
    const token = this.path('enrollment.token');
    writeFileSync(token, this.run('musterctl', ['enrollment-tokens', 'create', '--uses', String(simulated)], ctl));
    const brokenSwitch = this.path('koeln.broken');
    writeFileSync(brokenSwitch, '');
    const roster = this.path('roster.csv');
    const fleet = this.start('muster-fleetsim', ['--server', `127.0.0.1:${server.agent_port}`, '--ca', server.authority!, '--token-file', token,
      '--machines', String(simulated), '--roster', roster, '--hostile-names', '--image', `lapsing=${this.path('lapsing')}:7`, '--image', `later=${this.path('later')}:1`,
      '--image', `healthy=${this.path('healthy')}:1`, '--image', `fixed=${this.path('fixed')}:1`, '--remedy', 'lapsing=fixed', '--remedy', 'later=fixed', '--broken-site', 'Köln',
      '--broken-while', brokenSwitch, '--timeout', '900']);
    const dashboard = this.path('dashboard.env');
    const web = this.start('muster-dashboard', ['--server', `127.0.0.1:${server.operator_port}`, '--ca', server.authority!, '--listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0', '--insecure-http',
      '--web', process.env.MUSTER_WEB_DIR!, '--announce', dashboard]);
    await until('muster-dashboard', () => existsSync(dashboard) && readFileSync(dashboard, 'utf8').includes('http_port'), web.child, web.log);
    const ports = environment(dashboard);
    const base = `http://127.0.0.1:${ports.http_port}`;
    const admin = readFileSync(server.admin_token!, 'utf8').trim();
    const user = 'anna';
    const password = 'correct horse battery';
    const made = await fetch(`${base}/v1/users`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${admin}`, 'X-Muster-CSRF': '1' },
      body: JSON.stringify({ user: { name: `users/${user}`, displayName: 'Anna Weber', role: 'ADMIN' }, password, keepPassword: true }),
    });
    if (!made.ok) throw new Error(`users: ${made.status} ${await made.text()}`);
    await until('muster-fleetsim', () => readFileSync(fleet.log, 'utf8').includes('in sync:'), fleet.child, fleet.log);
    if (machines > simulated) {
      execFileSync('psql', ['--quiet', '--no-psqlrc', '--host', this.path('postgres/run'), '--username', 'muster', '--dbname', 'postgres',
        '--set', `copies=${machines / simulated - 1}`, '--file', 'multiply.sql']);
    }
    return {
      work: this.work, base, metrics: `http://127.0.0.1:${ports.metrics_port}`, machines, keyFile, passphrase, payload: this.path('Windows6.1-KB2749655-x64.msu'), brokenSwitch, user, password,
      roster: Object.fromEntries(readFileSync(roster, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',') as [string, string])),
      server: { port: server.operator_port!, agentPort: server.agent_port!, authority: server.authority!, token: admin },
    };
  }

  /** Ends the server as an operator would, waits for `meanwhile`, and starts it again on the same ports. */
  async restartServer(story: Story, meanwhile: () => Promise<void>): Promise<void> {
    const gone = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await gone;
    await meanwhile();
    await this.startServer(story.server.agentPort, story.server.port);
  }

  async down(): Promise<void> {
    for (const child of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([gone, pause(20_000).then(() => child.kill('SIGKILL'))]);
    }
    rmSync(this.work, { recursive: true, force: true });
  }
}

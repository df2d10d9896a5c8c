import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from './stack';

/** Starts everything once; a small control server lets a test restart muster-server, which belongs to this process. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.MUSTER_STORY) return async () => undefined;  // somebody keeps one up
  const stack = new Stack();
  try {
    const begin = Date.now();
    const story = await stack.up(Number(process.env.MUSTER_WEB_MACHINES ?? 1000));
    console.log(`${story.machines} machines in sync after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
    let resume: (() => void) | undefined;
    let restarted: Promise<void> | undefined;
    const control = createServer((request, response) => {
      if (request.url === '/stop') {
        restarted = stack.restartServer(story, () => new Promise((resolve) => {
          resume = resolve;
          response.end();
        }));
      } else {
        resume?.();
        restarted?.then(() => response.end(), (error) => response.writeHead(500).end(String(error)));
      }
    });
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    process.env.MUSTER_CONTROL = `http://127.0.0.1:${(control.address() as { port: number }).port}`;
    process.env.MUSTER_STORY = join(story.work, 'story.json');
    writeFileSync(process.env.MUSTER_STORY, JSON.stringify(story));
    return async () => {
      control.close();
      await stack.down();
    };
  } catch (error) {
    await stack.down();
    throw error;
  }
}

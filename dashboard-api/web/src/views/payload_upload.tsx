import { useId, useRef } from 'preact/hooks';
import { request, url } from '../api/client';
import { useAction } from '../api/data';
import type { StoredPayload } from '../api/types';
import { text } from '../i18n';
import { Button, ErrorBox } from '../ui/basics';

/** Sends an .msu file; the server checks it before it keeps it. */
export function PayloadUpload({ onDone }: { onDone: (stored: StoredPayload) => void }) {
  const t = text.value.campaign;
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const upload = useAction(async () => {
    const file = input.current?.files?.[0];
    if (!file) return;
    const answer = await request('POST', url('/v1/payloads:upload', { fileName: file.name }), { body: file, headers: { 'Content-Type': 'application/octet-stream' } });
    onDone((await answer.json()) as StoredPayload);
    input.current!.value = '';
  });
  return (
    <div class="bar">
      <label for={id}>{t.uploadFile}</label>
      <input ref={input} id={id} type="file" accept=".msu" />
      <Button icon="upload" busy={upload.busy} onClick={() => void upload.run()}>{t.upload}</Button>
      <ErrorBox error={upload.error} />
    </div>
  );
}

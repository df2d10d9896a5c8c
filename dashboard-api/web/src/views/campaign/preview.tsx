// What a draft would do to whom, and whom it leaves out and why.
import { post, resource } from '../../api/client';
import { useData } from '../../api/data';
import type { PreviewCampaignResponse } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { ErrorBox, Loading, Notice, Panel, Said } from '../../ui/basics';

export function Preview({ name }: { name: string }) {
  const t = text.value.campaign;
  const preview = useData(() => post<PreviewCampaignResponse>(resource(name, ':preview'), {}), [name]);
  const value = preview.value;
  if (!value) return preview.error ? <ErrorBox error={preview.error} retry={preview.reload} /> : <Loading />;
  const samples = (all: string[]) => <span class="small muted">{all.slice(0, 5).map((one, i) => <span key={i}>{i > 0 && ', '}<bdi>{one.slice(0, 40)}</bdi></span>)}</span>;
  return (
    <>
      <Notice kind="info"><strong>{t.wouldTouch(value.targets, value.selected)}</strong> <Said>{value.wouldDo}</Said></Notice>
      {value.warnings.map((warning, i) => <Notice key={i} kind="warning"><Said>{warning}</Said></Notice>)}
      <div class="columns">
        <Panel title={t.perWave}>
          <table>
            <thead><tr><th scope="col">{t.wave}</th><th scope="col" class="number">{text.value.nav.machines}</th><th scope="col">{t.samples}</th></tr></thead>
            <tbody>
              {value.waves.map((wave, i) => (
                <tr key={i}><th scope="row">{i + 1} <bdi>{wave.name}</bdi></th><td class="number">{format.number(wave.machines)}</td><td class="wrap">{samples(wave.samples)}</td></tr>
              ))}
            </tbody>
          </table>
        </Panel>
        <Panel title={t.leftOut}>
          {value.skips.length === 0 ? <p class="inner muted">{t.nobodyLeftOut}</p> : (
            <table>
              <thead><tr><th scope="col">{t.why}</th><th scope="col" class="number">{text.value.nav.machines}</th><th scope="col">{t.samples}</th></tr></thead>
              <tbody>
                {value.skips.map((skip, i) => (
                  <tr key={i}><th scope="row"><Said>{skip.reason}</Said></th><td class="number">{format.number(skip.machines)}</td><td class="wrap">{samples(skip.samples)}</td></tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
      </div>
    </>
  );
}

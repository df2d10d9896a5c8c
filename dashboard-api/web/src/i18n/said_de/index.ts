// The German of what the server words, by topic. Loaded when somebody reads German, and then whole.
import type { Entry } from '../said';
import { collected, host } from './agent';
import { campaign, failures, verdictNames } from './campaign';
import { servicingCodes } from './codes_servicing';
import { systemCodes } from './codes_system';
import { trustCodes } from './codes_trust';
import { fields, filters, refusals } from './errors';
import { health, notices } from './health';
import { orders } from './orders';
import { rules } from './rules';
import { uploads } from './uploads';
import { keeper, verdict, witnesses } from './verdict';

/** Campaigns' states within a refusal. */
const campaignNames: Entry[] = [
  ['DRAFT', 'Entwurf'], ['AWAITING_APPROVAL', 'Wartet auf Freigabe'], ['RUNNING', 'Läuft'], ['PAUSED', 'Angehalten'], ['COMPLETED', 'Abgeschlossen'], ['CANCELLED', 'Abgebrochen'],
];

/** The order counts: the first that fits is taken. */
export const topics = {
  verdict, keeper, witnesses, rules, campaign, failures, verdictNames, campaignNames, orders, collected, host, health, notices, refusals, fields, filters, uploads, trustCodes, servicingCodes, systemCodes,
};

/** Behind a file, an address or a field stands whatever is known. */
const behind: Entry = ['{what:place}: {why:said}', '{what}: {why}'];

export const saidDe: Entry[] = [...Object.values(topics).flat(), behind];

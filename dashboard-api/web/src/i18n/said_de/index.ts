// The German of what the server words, by topic. Loaded when somebody reads German, and then whole.
import type { Entry } from '../said';
import { collected, host } from './agent';
import { campaign, failures, verdictNames } from './campaign';
import { servicingCodes } from './codes_servicing';
import { systemCodes } from './codes_system';
import { trustCodes } from './codes_trust';
import { fields, filters, refusals, uploads } from './errors';
import { health, notices } from './health';
import { orders } from './orders';
import { rules } from './rules';
import { verdict, witnesses } from './verdict';

/** Campaigns' states within a refusal. */
const campaignNames: Entry[] = [
  ['DRAFT', 'Entwurf'], ['AWAITING_APPROVAL', 'Wartet auf Freigabe'], ['RUNNING', 'Läuft'], ['PAUSED', 'Angehalten'], ['COMPLETED', 'Abgeschlossen'], ['CANCELLED', 'Abgebrochen'],
];

/** The order counts: the first that fits is taken. */
export const topics = {
  verdict, witnesses, rules, campaign, failures, verdictNames, campaignNames, orders, collected, host, health, notices, refusals, fields, filters, uploads, trustCodes, servicingCodes, systemCodes,
};

// Behind a file, an address or a field, whatever is known.
export const saidDe: Entry[] = [...Object.values(topics).flat(), ['{what:place}: {why:said}', '{what}: {why}']];

// Calls every operation of openapi.json once or more, through Prism as a validating proxy, and fails where a request or an answer does not
// fit the description, a status is not the expected one, or an operation was left out.
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { createServer } from "@stoplight/prism-http-server";
import { createLogger } from "@stoplight/prism-core";
import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { readFile } from "node:fs/promises";

const [upstream, tokenFile, payloadFile] = process.argv.slice(2);
const token = (await readFile(tokenFile, "utf8")).trim();
const description = JSON.parse(await readFile(new URL("../openapi.json", import.meta.url), "utf8"));

const prism = createServer(await getHttpOperationsFromSpec(structuredClone(description)), {
  components: { logger: createLogger("prism", { level: "silent" }) },
  cors: false,
  config: { isProxy: true, upstream: new URL(upstream), checkSecurity: true, validateRequest: true, validateResponse: true, errors: true, mock: false },
});
const proxy = await prism.listen(0, "127.0.0.1");

const operations = new Map();
for (const [path, item] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(item)) operations.set(operation.operationId, { path, method });
}
const left = new Set(operations.keys());
const problems = [];

const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
ajv.addFormat("int32", true).addFormat("int64", true).addFormat("uint64", true).addSchema(description, "api");

// What of this answer does not fit the description of its operation; empty: it fits.
function misfit({ path, method }, answer) {
  const response = answer.status < 400 ? ["paths", path, method, "responses", answer.status] : ["components", "responses", "Error"];
  const pointer = [...response, "content", "application/json", "schema"];
  const validate = ajv.getSchema(`api#/${pointer.map((part) => encodeURIComponent(String(part).replace(/~/g, "~0").replace(/\//g, "~1"))).join("/")}`);
  if (!validate) return `${answer.status} is not described`;
  return validate(answer.json) ? "" : ajv.errorsText(validate.errors);
}

// One call; `expected` is the status, or several. Path parameters fill the path in their order. Through Prism, or `direct`, with the answer
// held to the description by Ajv: Prism 5 breaks bodies that are not text and schemas with properties named allOf and anyOf, and does
// not know that a cookie may take the place of a token.
async function call(id, { path = [], query = {}, body, headers = {}, expected = 200, as = "json", direct = false } = {}) {
  const operation = operations.get(id);
  if (!operation) throw new Error(`openapi.json has no ${id}`);
  left.delete(id);
  const url = new URL((direct ? upstream : proxy) + operation.path.replace(/\{[^}]+\}/g, () => encodeURIComponent(path.shift())));
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  const file = body instanceof Uint8Array;
  const reply = await fetch(url, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(headers.cookie ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": file ? "application/octet-stream" : "application/json" }),
      ...headers,
    },
    body: body === undefined || file ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  const answer = { status: reply.status, headers: reply.headers, json: {} };
  // Every answer of the dashboard has a request id; Prism makes answers up for what is not implemented.
  if (!reply.headers.has("x-request-id") || ![expected].flat().includes(reply.status)) {
    problems.push(`${id} (${operation.method} ${url.pathname}${url.search}): ${reply.status} ${text.slice(0, 600)}`);
    return answer;
  }
  if (as === "json") answer.json = JSON.parse(text);
  const wrong = direct ? misfit(operation, answer) : "";
  if (wrong) problems.push(`${id}: ${wrong}`);
  return answer;
}

const idOf = (name) => name.split("/").pop();

// The fleet
const machines = (await call("listMachines", { query: { pageSize: 3, orderBy: "name desc", filter: 'verdict = AFFECTED' } })).json.machines;
const machine = idOf(machines[0].name);
await call("listMachines", { query: { format: "csv" }, headers: { accept: "text/csv" }, as: "text" });
await call("listMachines", { headers: { accept: "application/jsonl" }, as: "text" });
await call("listMachines", { query: { filter: "nonsense =" }, expected: 400 });
await call("listMachines", { query: { filter: "verdict = AFFECTED", asOf: "2027-01-01T00:00:00Z" } });
await call("getMachine", { path: [machine] });
await call("getMachine", { path: ["no-such-machine"], expected: 404 });
await call("listIncidents", { path: [machine], query: { pageSize: 5 } });
await call("listItems", { path: [machine], query: { kind: "CATALOGS", pageSize: 5 } });
await call("compareWitnesses", { path: [machine], query: { pageSize: 5 } });
await call("listMachineChanges", { path: [machine] });
await call("summarizeVerdicts", { query: { groupBy: "site", asOf: "2027-01-01T00:00:00Z" } });
await call("listRules", { direct: true });
await call("forecastVerdicts", { query: { days: 30 } });
await call("listVerdictHistory", { query: { points: 5 } });
await call("summarizeSilence");
await call("listAttention");
const catalogs = (await call("listCatalogs", { query: { pageSize: 2 } })).json.catalogs ?? [];
await call("getCatalog", { path: [idOf(catalogs[0]?.name ?? "0".repeat(64))], expected: catalogs.length ? 200 : 404 });
await call("listSigners");
await call("getHealth");

// Access
await call("createEnrollmentToken", { body: { maxUses: 1, description: "conformance", lifetime: "3600s" } });
const apiToken = (await call("createApiToken", { body: { description: "conformance", role: "VIEWER", lifetime: "3600s" } })).json;
await call("createEnrollmentToken", { body: { maxUses: 1 }, headers: { authorization: `Bearer ${apiToken.token}` }, expected: 403 });
await call("listMachines", { headers: { authorization: "Bearer nobody" }, expected: 401 });
await call("listApiTokens");
await call("revokeApiToken", { path: [idOf(apiToken.name ?? "x")], body: {} });
await call("listAuditEntries", { query: { pageSize: 5 } });

// Users, and a session as a browser has it
const password = "correct horse battery staple";
await call("createUser", { body: { user: { name: "users/walker", displayName: "Walker", role: "OPERATOR" }, password, keepPassword: true } });
await call("listUsers");
await call("updateUser", { path: ["walker"], query: { updateMask: "displayName" }, body: { displayName: "The walker" } });
const browser = { "x-muster-csrf": "1", "sec-fetch-site": "same-origin" };
const opened = await call("createSession", { body: { userId: "walker", password }, headers: browser });
const session = { headers: { ...browser, cookie: (opened.headers.get("set-cookie") ?? "").split(";")[0] }, direct: true };
await call("getCurrentSession", session);
await call("changePassword", { ...session, body: { currentPassword: password, newPassword: `${password} 2` } });
await call("deleteCurrentSession", session);
await call("getCurrentSession", { ...session, expected: 401 });
await call("setUserPassword", { path: ["walker"], body: { password, keepPassword: true } });
await call("deleteUser", { path: ["walker"] });

// Groups, keys, payloads
await call("putGroup", { path: ["conformance"], body: { group: { filter: 'site = "Berlin"' }, members: [machines[0].attributes.name, "nobody"] } });
await call("listGroups");
await call("previewGroup", { body: { name: "groups/conformance" } });
await call("deleteGroup", { path: ["conformance"] });
await call("listKeySets");
await call("publishKeySet", { body: { signedKeySet: {} }, expected: 400 });
await call("uploadPayload", { query: { fileName: payloadFile.split("/").pop() }, body: await readFile(payloadFile), direct: true });
await call("listPayloads");

// A campaign, up to where a signature would be needed
const wave = {
  name: "all", rest: true, concurrency: 5, soak: "1s", successPercent: 90, errorPercent: 10, minSample: 1, deadline: "60s", offlineAfter: "60s",
};
const spec = { title: "conformance", filter: "last_seen:*", action: { rescan: {} }, waves: [wave], maxAttempts: 1, validity: "3600s", runLimit: "60s" };
const campaign = idOf((await call("createCampaign", { body: { spec } })).json.name ?? "campaigns/none");
await call("createCampaign", { body: { spec: { title: "no wave" } }, expected: 400 });
await call("listCampaigns");
await call("previewCampaign", { path: [campaign], body: {} });
await call("submitCampaign", { path: [campaign], body: {} });
await call("getCampaign", { path: [campaign] });
await call("listTargets", { path: [campaign], as: "bytes" });
await call("approveCampaign", { path: [campaign], body: { signature: {} }, expected: [400, 403] });
await call("startCampaign", { path: [campaign], body: {}, expected: 400 });
await call("pauseCampaign", { path: [campaign], body: { reason: "because" }, expected: 400 });
await call("resumeCampaign", { path: [campaign], body: {}, expected: 400 });
await call("retryFailed", { path: [campaign], body: {}, expected: 400 });
await call("listOrders", { path: [campaign], query: { states: "FAILED", cause: "INSTALLER_FAILED", code: 1603 } });
await call("listOrders", { path: [campaign], query: { code: 1603, withoutCode: true }, expected: 400 });
await call("listMachineOrders", { path: [machine] });
await call("cancelCampaign", { path: [campaign], body: {} });
await call("extendCampaign", { path: [campaign], body: {}, expected: [200, 400] });
await call("watchCampaign", { path: [campaign], headers: { accept: "text/event-stream" }, as: "text" });

// Notifications, evidence
const channel = (await call("createNotificationChannel", { body: { channel: { webhookUrl: "https://hooks.example.com/muster" } } })).json;
await call("listNotificationChannels");
await call("deleteNotificationChannel", { path: [idOf(channel.name ?? "x")] });
await call("listEvidenceBundles", { path: [machine] });
await call("listEvidenceBundles2", { path: [campaign] });
await call("downloadEvidenceBundle", { path: ["none"], expected: [400, 404] });
await call("deleteEvidenceBundle", { path: ["none"], expected: [400, 404] });

for (const id of left) problems.push(`${id} was not called`);
for (const problem of problems) console.error(problem);
console.log(`${operations.size} operations, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

// The messages of proto/muster/v1 by protobuf's JSON mapping.
export type Role = 'ROLE_UNSPECIFIED' | 'VIEWER' | 'OPERATOR' | 'APPROVER' | 'ADMIN';
export type SetKind = 'SET_KIND_UNSPECIFIED' | 'UPDATES' | 'PACKAGES' | 'CATALOGS' | 'FACTS';
export type Outcome_Code = 'CODE_UNSPECIFIED' | 'OK' | 'PARTIAL' | 'UNSUPPORTED' | 'DENIED' | 'FAILED';
export type Update_Source = 'SOURCE_UNSPECIFIED' | 'QFE' | 'MANIFEST';
export type Package_State = 'STATE_UNSPECIFIED' | 'PRESENT' | 'ABSENT' | 'UNINSTALL_PENDING' | 'RESOLVING' | 'RESOLVED' | 'STAGING' | 'STAGED' | 'SUPERSEDED' | 'INSTALL_PENDING' | 'PARTIALLY_INSTALLED' | 'INSTALLED' | 'PERMANENT';
export type Catalog_Result = 'RESULT_UNSPECIFIED' | 'VALID_TIMESTAMPED' | 'NO_TIMESTAMP' | 'TIMESTAMP_CERTIFICATE_WITHOUT_EKU' | 'LIFETIME_SIGNING' | 'TIMESTAMP_OUTSIDE_SIGNER_VALIDITY' | 'COUNTERSIGNATURE_BROKEN' | 'TIMESTAMP_CERTIFICATE_MISSING' | 'SIGNATURE_BROKEN' | 'CHAIN_BROKEN' | 'UNSIGNED' | 'CORRUPT';
export type Catalog_Timestamp_Kind = 'KIND_UNSPECIFIED' | 'PKCS9' | 'RFC3161';
export type IncidentSignature_Source = 'SOURCE_UNSPECIFIED' | 'CBS_LOG' | 'CHECKSUR_LOG' | 'SETUP_EVENT' | 'UPDATE_HISTORY';
export type Verdict_State = 'STATE_UNSPECIFIED' | 'AFFECTED' | 'AT_RISK' | 'REMEDIATING' | 'FIXED' | 'CLEAN' | 'UNKNOWN';
export type Action_Installer = 'AUTOMATIC' | 'WUSA' | 'DISM';
export type RestartPolicy_When = 'WHEN_UNSPECIFIED' | 'NEVER' | 'IF_NEEDED' | 'ALWAYS';
export type OrderStatus_State = 'STATE_UNSPECIFIED' | 'SCHEDULED' | 'OFFERED' | 'ACCEPTED' | 'RUNNING' | 'REBOOT_PENDING' | 'VERIFYING' | 'SUCCEEDED' | 'FAILED' | 'REFUSED' | 'EXPIRED';
export type OrderStatus_Cause = 'CAUSE_UNSPECIFIED' | 'INSTALLER_FAILED' | 'INSTALLER_TIMED_OUT' | 'INTERRUPTED' | 'DEADLINE_PASSED' | 'STILL_AFFECTED' | 'NOT_VERIFIED' | 'NOT_APPLICABLE' | 'PAYLOAD_UNAVAILABLE' | 'PAYLOAD_CORRUPT' | 'LOW_DISK' | 'ON_BATTERY' | 'RESTART_WAS_PENDING' | 'INSTALLER_BUSY' | 'SERVICING_BUSY' | 'WRONG_ARCHITECTURE' | 'RESTART_DID_NOT_HAPPEN' | 'CAMPAIGN_CANCELLED' | 'VALIDITY_ENDED' | 'NO_PINNED_KEYS' | 'BAD_SIGNATURE' | 'TOO_FEW_APPROVALS' | 'NOT_A_TARGET' | 'OUTSIDE_VALIDITY' | 'TOO_MANY_ATTEMPTS' | 'MALFORMED' | 'UNSUPPORTED' | 'JOURNAL_FAILED';
export type JournalRecord_Step = 'STEP_UNSPECIFIED' | 'TAKEN' | 'STARTING' | 'STARTED' | 'EXITED' | 'RESTARTING' | 'LOOKING' | 'ENDED' | 'SETTLED';
export type Attention_Severity = 'SEVERITY_UNSPECIFIED' | 'CRITICAL' | 'WARNING' | 'NOTICE';
export type Attention_Kind = 'KIND_UNSPECIFIED' | 'MACHINES_AFFECTED' | 'MACHINES_BREAK_SOON' | 'CAMPAIGN_PAUSED' | 'CAMPAIGN_AWAITS_APPROVAL' | 'CAMPAIGN_RELAPSES' | 'CERTIFICATE_EXPIRES' | 'PAYLOAD_LAPSES' | 'NOTIFICATIONS_FAIL' | 'MACHINES_SILENT' | 'MACHINES_UNKNOWN' | 'SERVER_SILENT';
export type Campaign_State = 'STATE_UNSPECIFIED' | 'DRAFT' | 'AWAITING_APPROVAL' | 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'CANCELLED';
export type Campaign_PauseReason = 'PAUSE_REASON_UNSPECIFIED' | 'BY_OPERATOR' | 'ERRORS_ABOVE_THRESHOLD' | 'SUCCESS_BELOW_THRESHOLD' | 'NOBODY_REPORTED' | 'PAYLOAD_LAPSES';
export type Wave_State = 'STATE_UNSPECIFIED' | 'PENDING' | 'ACTIVE' | 'SOAKING' | 'DONE';
export interface Outcome {
  code: Outcome_Code;
  hresult: number;
  detail: string;
}
export interface Update {
  kb: string;
  description: string;
  supportUrl: string;
  source: Update_Source;
}
export interface Package {
  identity: string;
  kb: string;
  releaseType: string;
  parents: string[];
  state: Package_State;
}
export interface Catalog {
  path: string;
  sha256: string;
  size: string;
  signer: string;
  issuer: string;
  serial: string;
  notBefore?: string;
  notAfter?: string;
  timestamp?: Catalog_Timestamp;
  result: Catalog_Result;
  failureHresult: number;
  breaksAt?: string;
  digestAlgorithm: string;
  members: number;
  issuedAt?: string;
}
export interface Catalog_Timestamp {
  kind: Catalog_Timestamp_Kind;
  time?: string;
  signer: string;
  notAfter?: string;
  timeStampingEku: boolean;
}
export interface Fact {
  name: string;
  value: string;
}
export interface IncidentSignature {
  source: IncidentSignature_Source;
  component: string;
  severity: string;
  message: string;
  hresult: number;
  package: string;
  file: string;
}
export interface Incident {
  signature?: IncidentSignature;
  first?: string;
  last?: string;
  count: string;
}
export interface MachineAttributes {
  name: string;
  domain: string;
  site: string;
  organizationalUnit: string;
  os: string;
  osVersion: string;
  architecture: string;
}
export interface Rule {
  id: string;
  title: string;
  summary: string;
  affectedWhen?: Predicate;
  remediedWhen?: Predicate;
  cures: Catalog_Result[];
  remedies: Remedy[];
  knownUpdates: KnownUpdate[];
  references: string[];
}
export interface Predicate {
  allOf?: Predicate_AllOf;
  anyOf?: Predicate_AnyOf;
  not?: Predicate;
  catalogFails?: Predicate_CatalogFails;
  incidentSeen?: Predicate_IncidentSeen;
  updateInstalled?: Predicate_UpdateInstalled;
  factIs?: Predicate_FactIs;
  updateListBlind?: Predicate_UpdateListBlind;
}
export interface Predicate_AllOf {
  predicates: Predicate[];
}
export interface Predicate_AnyOf {
  predicates: Predicate[];
}
export interface Predicate_CatalogFails {
  hresults: number[];
  results: Catalog_Result[];
}
export interface Predicate_IncidentSeen {
  hresults: number[];
  messageContains: string;
  components: string[];
  source: IncidentSignature_Source;
  refutedByVerifiedCatalog: boolean;
}
export interface Predicate_UpdateInstalled {
  kbs: string[];
}
export interface Predicate_FactIs {
  name: string;
  values: string[];
}
export interface Predicate_UpdateListBlind {
  minInstalledPackages: number;
}
export interface Remedy {
  kb: string;
  title: string;
  note: string;
  url: string;
}
export interface KnownUpdate {
  kb: string;
  note: string;
}
export interface Verdict {
  rule: string;
  state: Verdict_State;
  breaksAt?: string;
  evidence: Evidence[];
  missing: string[];
  explanation: string;
  remedies: string[];
}
export interface Evidence {
  summary: string;
  count: string;
  items: string[];
  signatures: string[];
  catalogs: Catalog[];
  incidents: Incident[];
  updates: Update[];
  packages: Package[];
  facts: Fact[];
}
export interface OperatorKey {
  id: string;
  name: string;
  publicKey: string;
}
export interface KeySet {
  serial: string;
  keys: OperatorKey[];
  minApprovals: number;
}
export interface Signature {
  key: string;
  value: string;
}
export interface SignedKeySet {
  keySet: string;
  signatures: Signature[];
}
export interface Payload {
  sha256: string;
  size: string;
  fileName: string;
  kb: string;
  architecture: string;
}
export interface Action {
  installUpdate?: Action_InstallUpdate;
  removeUpdate?: Action_RemoveUpdate;
  runCheckSur?: Action_RunCheckSur;
  rescan?: Action_Rescan;
  restart?: Action_Restart;
  collectEvidence?: Action_CollectEvidence;
}
export interface Action_InstallUpdate {
  payload?: Payload;
  installer: Action_Installer;
  sources: string[];
}
export interface Action_RemoveUpdate {
  kb: string;
}
export interface Action_RunCheckSur {
  payload?: Payload;
  sources: string[];
}
export interface Action_Rescan {
}
export interface Action_Restart {
}
export interface Action_CollectEvidence {
  mask: boolean;
}
export interface MaintenanceWindow {
  spans: MaintenanceWindow_Span[];
}
export interface MaintenanceWindow_Span {
  days: number[];
  startMinute: number;
  minutes: number;
}
export interface RestartPolicy {
  when: RestartPolicy_When;
  notice?: string;
  deferrals: number;
  deferral?: string;
}
export interface Preconditions {
  minFreeDiskBytes: string;
  mainsPower: boolean;
  allowPendingRestart: boolean;
  patience?: string;
}
export interface OrderManifest {
  format: number;
  campaign: string;
  nonce: string;
  title: string;
  action?: Action;
  notBefore?: string;
  notAfter?: string;
  targetRoot: string;
  targetCount: string;
  requiredApprovals: number;
  maxAttempts: number;
  window?: MaintenanceWindow;
  restart?: RestartPolicy;
  preconditions?: Preconditions;
  runLimit?: string;
}
export interface SignedManifest {
  manifest: string;
  signatures: Signature[];
}
export interface Order {
  signedManifest?: SignedManifest;
  leaf: string;
  proof: string[];
  attempt: number;
}
export interface OrderStatus {
  state: OrderStatus_State;
  cause: OrderStatus_Cause;
  code: number;
  hasCode: boolean;
  detail: string;
}
export interface OrderReport {
  campaign: string;
  attempt: number;
  status?: OrderStatus;
  startsAt?: string;
  scanned: boolean;
}
export interface OrderAck {
  campaign: string;
  attempt: number;
  status?: OrderStatus;
  scanned: boolean;
}
export interface OrderWithdrawal {
  campaign: string;
}
export interface Journal {
  records: JournalRecord[];
}
export interface JournalRecord {
  order: string;
  step: JournalRecord_Step;
  offer?: Order;
  campaign: string;
  attempt: number;
  process?: JournalRecord_Process;
  status?: OrderStatus;
  boot: string;
  restarts: number;
  takenAt?: string;
  notAfter?: string;
}
export interface JournalRecord_Process {
  id: number;
  created: string;
}
export interface ListMachinesRequest {
  filter: string;
  orderBy: string;
  pageSize: number;
  pageToken: string;
  rule: string;
}
export interface ListMachinesResponse {
  machines: Machine[];
  nextPageToken: string;
  totalSize: string;
}
export interface Machine {
  name: string;
  attributes?: MachineAttributes;
  enrolledAt?: string;
  lastSeen?: string;
  verdicts: Verdict[];
  sets: SetSummary[];
  incidents: Incident[];
  agentVersion: string;
  asOf?: string;
  incidentCount: string;
}
export interface SetSummary {
  kind: SetKind;
  digest: string;
  itemCount: string;
  since?: string;
  outcome?: Outcome;
  machineCount: string;
}
export interface GetMachineRequest {
  name: string;
  asOf?: string;
}
export interface ListIncidentsRequest {
  parent: string;
  asOf?: string;
  pageSize: number;
  pageToken: string;
}
export interface ListIncidentsResponse {
  incidents: Incident[];
  nextPageToken: string;
}
export interface ListItemsRequest {
  parent: string;
  kind: SetKind;
  asOf?: string;
  pageSize: number;
  pageToken: string;
}
export interface ListItemsResponse {
  items: ListItemsResponse_Item[];
  nextPageToken: string;
  totalSize: string;
}
export interface ListItemsResponse_Item {
  digest: string;
  update?: Update;
  package?: Package;
  catalog?: Catalog;
  fact?: Fact;
  installedOn?: string;
}
export interface CompareWitnessesRequest {
  parent: string;
  asOf?: string;
  disagreementsOnly: boolean;
  pageSize: number;
  pageToken: string;
}
export interface CompareWitnessesResponse {
  rows: CompareWitnessesResponse_Row[];
  nextPageToken: string;
  updates: string;
  installedPackages: string;
  catalogs: string;
  failingCatalogs: string;
  sets: SetSummary[];
  finding: string;
  totalSize: string;
}
export interface CompareWitnessesResponse_Row {
  kb: string;
  listed: boolean;
  packages: Package[];
  failingCatalogs: Catalog[];
  catalogs: string;
  disagreement: string;
}
export interface ListMachineChangesRequest {
  parent: string;
  pageSize: number;
  pageToken: string;
}
export interface ListMachineChangesResponse {
  changes: ListMachineChangesResponse_Change[];
  nextPageToken: string;
}
export interface ListMachineChangesResponse_Change {
  time?: string;
  setChanged?: ListMachineChangesResponse_SetChanged;
  verdictChanged?: ListMachineChangesResponse_VerdictChanged;
}
export interface ListMachineChangesResponse_SetChanged {
  kind: SetKind;
  added: string;
  removed: string;
}
export interface ListMachineChangesResponse_VerdictChanged {
  rule: string;
  from: Verdict_State;
  to: Verdict_State;
  explanation: string;
}
export interface SummarizeVerdictsRequest {
  groupBy: string;
  filter: string;
  rule: string;
}
export interface SummarizeVerdictsResponse {
  rows: SummarizeVerdictsResponse_Row[];
  total: string;
}
export interface SummarizeVerdictsResponse_Count {
  state: Verdict_State;
  machines: string;
  filter: string;
}
export interface SummarizeVerdictsResponse_Row {
  value: string;
  counts: SummarizeVerdictsResponse_Count[];
  total: string;
}
export interface ListRulesRequest {
}
export interface ListRulesResponse {
  rules: Rule[];
}
export interface CreateEnrollmentTokenRequest {
  description: string;
  maxUses: number;
  lifetime?: string;
}
export interface EnrollmentToken {
  name: string;
  token: string;
  maxUses: number;
  expiresAt?: string;
}
export interface CreateApiTokenRequest {
  description: string;
  role: Role;
  lifetime?: string;
}
export interface ApiToken {
  name: string;
  token: string;
  description: string;
  role: Role;
  createdAt?: string;
  expiresAt?: string;
  revokedAt?: string;
}
export interface ListApiTokensRequest {
}
export interface ListApiTokensResponse {
  apiTokens: ApiToken[];
}
export interface RevokeApiTokenRequest {
  name: string;
}
export interface ListAuditEntriesRequest {
  pageSize: number;
  pageToken: string;
}
export interface AuditEntry {
  sequence: string;
  time?: string;
  actor: string;
  action: string;
  subject: string;
  result: string;
  hash: string;
}
export interface ListAuditEntriesResponse {
  auditEntries: AuditEntry[];
  nextPageToken: string;
}
export interface ForecastVerdictsRequest {
  rule: string;
  filter: string;
  days: number;
}
export interface ForecastVerdictsResponse {
  days: ForecastVerdictsResponse_Day[];
  later: string;
  laterFilter: string;
  affected: string;
  affectedFilter: string;
}
export interface ForecastVerdictsResponse_Day {
  date: string;
  machines: string;
  filter: string;
}
export interface ListVerdictHistoryRequest {
  rule: string;
  filter: string;
  startTime?: string;
  endTime?: string;
  points: number;
}
export interface ListVerdictHistoryResponse {
  points: ListVerdictHistoryResponse_Point[];
}
export interface ListVerdictHistoryResponse_Point {
  time?: string;
  affected: string;
  atRisk: string;
  remediating: string;
  fixed: string;
  clean: string;
  unknown: string;
}
export interface SummarizeSilenceRequest {
  filter: string;
}
export interface SummarizeSilenceResponse {
  buckets: SummarizeSilenceResponse_Bucket[];
}
export interface SummarizeSilenceResponse_Bucket {
  atLeast?: string;
  lessThan?: string;
  never: boolean;
  machines: string;
  filter: string;
}
export interface ListAttentionRequest {
}
export interface ListAttentionResponse {
  attention: Attention[];
}
export interface Attention {
  severity: Attention_Severity;
  kind: Attention_Kind;
  text: string;
  count: string;
  filter: string;
  resource: string;
  detail: string;
  time?: string;
}
export interface ListCatalogsRequest {
  filter: string;
  orderBy: string;
  pageSize: number;
  pageToken: string;
}
export interface ListCatalogsResponse {
  catalogs: CatalogHolding[];
  nextPageToken: string;
  totalSize: string;
}
export interface GetCatalogRequest {
  name: string;
}
export interface CatalogHolding {
  name: string;
  catalog?: Catalog;
  kb: string;
  machines: string;
  filter: string;
}
export interface ListSignersRequest {
  orderBy: string;
  pageSize: number;
  pageToken: string;
}
export interface ListSignersResponse {
  signers: Signer[];
  nextPageToken: string;
  totalSize: string;
}
export interface Signer {
  signer: string;
  issuer: string;
  serial: string;
  notBefore?: string;
  notAfter?: string;
  catalogs: string;
  machines: string;
  results: Signer_ResultCount[];
  breaksAt?: string;
  catalogFilter: string;
}
export interface Signer_ResultCount {
  result: Catalog_Result;
  catalogs: string;
}
export interface GetHealthRequest {
}
export interface Health {
  servers: Health_Server[];
  database?: Health_Database;
  certificates: Health_Certificate[];
  checks: Health_Check[];
  waitingNotifications: string;
  time?: string;
}
export interface Health_Server {
  id: string;
  version: string;
  address: string;
  startTime?: string;
  seenTime?: string;
  sessions: string;
  queuedReports: string;
  queueCapacity: string;
  rejectedReports: string;
  thisOne: boolean;
  clockOffset?: string;
}
export interface Health_Database {
  version: string;
  sizeBytes: string;
  roundTrip?: string;
  schemaVersion: number;
  connections: string;
  maxConnections: string;
}
export interface Health_Certificate {
  subject: string;
  purpose: string;
  notBefore?: string;
  notAfter?: string;
  machines: string;
}
export interface Health_Check {
  name: string;
  holds: boolean;
  detail: string;
}
export interface NotificationChannel {
  name: string;
  webhookUrl?: string;
  mailAddress?: string;
  secret: string;
  createdBy: string;
  createTime?: string;
  waiting: string;
  lastError: string;
}
export interface CreateNotificationChannelRequest {
  channel?: NotificationChannel;
}
export interface ListNotificationChannelsRequest {
}
export interface ListNotificationChannelsResponse {
  channels: NotificationChannel[];
}
export interface DeleteNotificationChannelRequest {
  name: string;
}
export interface Group {
  name: string;
  description: string;
  machines: string[];
  filter: string;
  groups: string[];
  exceptGroups: string[];
  etag: string;
  createdBy: string;
  updateTime?: string;
}
export interface PutGroupRequest {
  group?: Group;
  members: string[];
}
export interface PutGroupResponse {
  group?: Group;
  machineCount: string;
  unknownMembers: string[];
  ambiguousMembers: string[];
}
export interface ListGroupsRequest {
}
export interface ListGroupsResponse {
  groups: Group[];
}
export interface DeleteGroupRequest {
  name: string;
}
export interface PreviewGroupRequest {
  name: string;
  group?: Group;
}
export interface PreviewGroupResponse {
  machines: string;
  samples: string[];
}
export interface ListKeySetsRequest {
}
export interface ListKeySetsResponse {
  keySets: SignedKeySet[];
}
export interface PublishKeySetRequest {
  signedKeySet?: SignedKeySet;
}
export interface UploadPayloadRequest {
  fileName?: string;
  data?: string;
}
export interface StoredPayload {
  payload?: Payload;
  uploadedBy: string;
  uploadedAt?: string;
  catalogs: number;
  breaksAt?: string;
}
export interface ListPayloadsRequest {
}
export interface ListPayloadsResponse {
  payloads: StoredPayload[];
}
export interface WavePolicy {
  name: string;
  filter: string;
  machines?: number;
  percent?: number;
  rest?: boolean;
  concurrency: number;
  soak?: string;
  successPercent: number;
  errorPercent: number;
  minSample: number;
  deadline?: string;
  offlineAfter?: string;
}
export interface CampaignSpec {
  title: string;
  description: string;
  group?: string;
  filter?: string;
  rule: string;
  action?: Action;
  waves: WavePolicy[];
  twoPerson: boolean;
  window?: MaintenanceWindow;
  restart?: RestartPolicy;
  preconditions?: Preconditions;
  maxAttempts: number;
  validity?: string;
  runLimit?: string;
  cleanIsSuccess: boolean;
}
export interface Campaign {
  name: string;
  spec?: CampaignSpec;
  state: Campaign_State;
  pauseReason: Campaign_PauseReason;
  pauseDetail: string;
  createdBy: string;
  createTime?: string;
  submitTime?: string;
  startTime?: string;
  endTime?: string;
  approvals: Campaign_Approval[];
  signedManifest?: SignedManifest;
  waves: Wave[];
  counts?: OrderCounts;
  failures: FailureGroup[];
  estimatedEndTime?: string;
  extends: string;
  etag: string;
}
export interface Campaign_Approval {
  key: string;
  keyName: string;
  by: string;
  at?: string;
}
export interface OrderCounts {
  waiting: string;
  offline: string;
  offered: string;
  accepted: string;
  running: string;
  rebootPending: string;
  verifying: string;
  succeeded: string;
  failed: string;
  refused: string;
  expired: string;
  relapsed: string;
}
export interface Wave {
  policy?: WavePolicy;
  state: Wave_State;
  counts?: OrderCounts;
  startTime?: string;
  soakTime?: string;
  endTime?: string;
  acceptedFailures: string;
}
export interface FailureGroup {
  cause: OrderStatus_Cause;
  code: number;
  hasCode: boolean;
  codeName: string;
  meaning: string;
  advice: string;
  machines: string;
  samples: string[];
}
export interface CreateCampaignRequest {
  spec?: CampaignSpec;
}
export interface ExtendCampaignRequest {
  name: string;
}
export interface ListCampaignsRequest {
}
export interface ListCampaignsResponse {
  campaigns: Campaign[];
}
export interface GetCampaignRequest {
  name: string;
}
export interface PreviewCampaignRequest {
  name: string;
}
export interface PreviewCampaignResponse {
  selected: string;
  targets: string;
  waves: PreviewCampaignResponse_WaveShare[];
  skips: PreviewCampaignResponse_Skip[];
  wouldDo: string;
  warnings: string[];
}
export interface PreviewCampaignResponse_Skip {
  reason: string;
  machines: string;
  samples: string[];
}
export interface PreviewCampaignResponse_WaveShare {
  name: string;
  machines: string;
  samples: string[];
}
export interface SubmitCampaignRequest {
  name: string;
}
export interface ListTargetsRequest {
  parent: string;
}
export interface ListTargetsResponse {
  machineIds: string;
}
export interface ApproveCampaignRequest {
  name: string;
  signature?: Signature;
}
export interface StartCampaignRequest {
  name: string;
}
export interface PauseCampaignRequest {
  name: string;
  reason: string;
}
export interface ResumeCampaignRequest {
  name: string;
}
export interface CancelCampaignRequest {
  name: string;
}
export interface RetryFailedRequest {
  name: string;
}
export interface ListOrdersRequest {
  parent: string;
  pageSize: number;
  pageToken: string;
  states: OrderStatus_State[];
  wave: number;
}
export interface ListOrdersResponse {
  orders: OrderView[];
  nextPageToken: string;
}
export interface OrderView {
  machine: string;
  machineName: string;
  site: string;
  wave: number;
  attempt: number;
  status?: OrderStatus;
  offerTime?: string;
  updateTime?: string;
  deadline?: string;
  relapseTime?: string;
  verdict: Verdict_State;
}
export interface ListMachineOrdersRequest {
  parent: string;
  pageSize: number;
  pageToken: string;
}
export interface ListMachineOrdersResponse {
  orders: ListMachineOrdersResponse_MachineOrder[];
  nextPageToken: string;
}
export interface ListMachineOrdersResponse_MachineOrder {
  campaign: string;
  title: string;
  order?: OrderView;
}
export interface WatchCampaignRequest {
  name: string;
}
export interface EvidenceBundle {
  name: string;
  machine: string;
  machineName: string;
  campaign: string;
  size: string;
  sha256: string;
  masked: boolean;
  createTime?: string;
}
export interface ListEvidenceBundlesRequest {
  parent: string;
  pageSize: number;
  pageToken: string;
}
export interface ListEvidenceBundlesResponse {
  evidenceBundles: EvidenceBundle[];
  nextPageToken: string;
}
export interface DownloadEvidenceBundleRequest {
  name: string;
}
export interface DownloadEvidenceBundleResponse {
  data: string;
}
export interface DeleteEvidenceBundleRequest {
  name: string;
}
export interface CreateSessionRequest {
  userId: string;
  password: string;
}
export interface Session {
  actor: string;
  displayName: string;
  role: Role;
  token: string;
  createTime?: string;
  expireTime?: string;
  mustChangePassword: boolean;
}
export interface GetCurrentSessionRequest {
}
export interface DeleteCurrentSessionRequest {
}
export interface ChangePasswordRequest {
  currentPassword: string;
  newPassword: string;
}
export interface User {
  name: string;
  displayName: string;
  role: Role;
  disabled: boolean;
  createTime?: string;
  lastLoginTime?: string;
  lockedUntil?: string;
  sessions: string;
  mustChangePassword: boolean;
  etag: string;
}
export interface CreateUserRequest {
  user?: User;
  password: string;
  keepPassword: boolean;
}
export interface ListUsersRequest {
}
export interface ListUsersResponse {
  users: User[];
}
export interface UpdateUserRequest {
  user?: User;
  updateMask?: string;
}
export interface SetUserPasswordRequest {
  name: string;
  password: string;
  keepPassword: boolean;
}
export interface DeleteUserRequest {
  name: string;
}

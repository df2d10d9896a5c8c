#include "tests/chaos/operator.h"

#include "common/orders/key_set.h"
#include "common/orders/manifest.h"

namespace muster::chaos {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(1);
constexpr absl::Duration kCallTime = absl::Seconds(10);
constexpr absl::Duration kBetweenTries = absl::Milliseconds(100);

// The server or its database is away, or was killed with the call under way.
bool IsPassing(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return true;
    default:
      return false;
  }
}

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace

Operator::Operator(const std::vector<std::string>& servers, const std::string& authority_pem,
                   std::string token, std::function<void()> between_tries)
    : token_(std::move(token)), between_tries_(std::move(between_tries)) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = authority_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  for (const std::string& server : servers) {
    channels_.push_back(grpc::CreateCustomChannel(server, grpc::SslCredentials(tls), arguments));
  }
}

std::unique_ptr<grpc::ClientContext> Operator::Context() const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", "Bearer " + token_);
  context->set_deadline(absl::ToChronoTime(absl::Now() + kCallTime));
  return context;
}

template <typename Service, typename Request, typename Response>
absl::Status Operator::Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                            const Request& request, Response* response) {
  const absl::Time deadline = absl::Now() + kPatience;
  for (size_t tries = 0;; ++tries) {
    auto stub = Service::NewStub(channels_[tries % channels_.size()]);
    const grpc::Status status = ((*stub).*method)(Context().get(), request, response);
    if (status.ok()) return absl::OkStatus();
    const bool answered_before =
        tries > 0 && status.error_code() == grpc::StatusCode::FAILED_PRECONDITION;
    if (answered_before) return absl::OkStatus();
    if (!IsPassing(status) || absl::Now() > deadline) return FromGrpc(status);
    AwaitNextTry(*channels_[(tries + 1) % channels_.size()]);
  }
}

// gRPC connects only while somebody waits for it: calls over a channel that was refused once fail
// at once, and it would time out at every try to connect again, with a server that listens.
void Operator::AwaitNextTry(grpc::Channel& channel) {
  const absl::Time next = absl::Now() + kBetweenTries;
  channel.WaitForConnected(absl::ToChronoTime(next));
  absl::SleepFor(next - absl::Now());
  between_tries_();
}

absl::Status Operator::PublishKey() {
  v1::KeySet set;
  set.set_serial(1);
  set.set_min_approvals(1);
  *set.add_keys() = orders::DescribeKey(key_, "chaos");
  v1::PublishKeySetRequest request;
  request.mutable_signed_key_set()->set_key_set(set.SerializeAsString());
  v1::KeySet published;
  return Call<v1::KeyService>(&v1::KeyService::Stub::PublishKeySet, request, &published);
}

absl::StatusOr<std::string> Operator::EnrollmentToken(int uses) {
  v1::CreateEnrollmentTokenRequest request;
  request.set_max_uses(uses);
  v1::EnrollmentToken token;
  absl::Status made =
      Call<v1::AccessService>(&v1::AccessService::Stub::CreateEnrollmentToken, request, &token);
  if (!made.ok()) return made;
  return token.token();
}

absl::StatusOr<int64_t> Operator::CountMachines(const std::string& filter) {
  v1::ListMachinesRequest request;
  request.set_filter(filter);
  request.set_page_size(1);
  v1::ListMachinesResponse response;
  absl::Status listed =
      Call<v1::FleetService>(&v1::FleetService::Stub::ListMachines, request, &response);
  if (!listed.ok()) return listed;
  return response.total_size();
}

absl::StatusOr<v1::Campaign> Operator::Get(const std::string& campaign) {
  v1::GetCampaignRequest request;
  request.set_name(campaign);
  v1::Campaign got;
  absl::Status status =
      Call<v1::CampaignService>(&v1::CampaignService::Stub::GetCampaign, request, &got);
  if (!status.ok()) return status;
  return got;
}

absl::StatusOr<v1::Campaign> Operator::Prepare(const v1::CampaignSpec& spec) {
  using Stub = v1::CampaignService::Stub;
  v1::CreateCampaignRequest create;
  *create.mutable_spec() = spec;
  v1::Campaign campaign;
  absl::Status done = Call<v1::CampaignService>(&Stub::CreateCampaign, create, &campaign);
  if (!done.ok()) return done;
  const std::string name = campaign.name();
  v1::SubmitCampaignRequest submit;
  submit.set_name(name);
  done = Call<v1::CampaignService>(&Stub::SubmitCampaign, submit, &campaign);
  if (!done.ok()) return done;
  auto submitted = Get(name);
  if (!submitted.ok()) return submitted.status();
  v1::ApproveCampaignRequest approve;
  approve.set_name(name);
  *approve.mutable_signature() =
      orders::SignManifest(key_, submitted->signed_manifest().manifest());
  done = Call<v1::CampaignService>(&Stub::ApproveCampaign, approve, &campaign);
  // The answer to the first try was lost, the signature was not.
  if (!done.ok() && !absl::IsAlreadyExists(done)) return done;
  return Get(name);
}

absl::StatusOr<std::vector<Digest>> Operator::Targets(const v1::Campaign& campaign) {
  v1::ListTargetsRequest request;
  request.set_parent(campaign.name());
  const absl::Time deadline = absl::Now() + kPatience;
  for (size_t tries = 0;; ++tries) {
    auto stub = v1::CampaignService::NewStub(channels_[tries % channels_.size()]);
    auto context = Context();
    auto reader = stub->ListTargets(context.get(), request);
    std::vector<Digest> targets;
    v1::ListTargetsResponse page;
    while (reader->Read(&page)) {
      for (size_t at = 0; at < page.machine_ids().size(); at += Digest::kSize) {
        targets.push_back(
            *Digest::FromBytes(absl::string_view(page.machine_ids()).substr(at, Digest::kSize)));
      }
    }
    const grpc::Status status = reader->Finish();
    if (status.ok()) return targets;
    if (!IsPassing(status) || absl::Now() > deadline) return FromGrpc(status);
    AwaitNextTry(*channels_[(tries + 1) % channels_.size()]);
  }
}

absl::Status Operator::Start(const std::string& campaign) {
  v1::StartCampaignRequest request;
  request.set_name(campaign);
  v1::Campaign started;
  return Call<v1::CampaignService>(&v1::CampaignService::Stub::StartCampaign, request, &started);
}

absl::Status Operator::GoOn(const std::string& campaign) {
  v1::RetryFailedRequest retry;
  retry.set_name(campaign);
  v1::Campaign changed;
  absl::Status done =
      Call<v1::CampaignService>(&v1::CampaignService::Stub::RetryFailed, retry, &changed);
  if (!done.ok() && !absl::IsFailedPrecondition(done)) return done;
  v1::ResumeCampaignRequest resume;
  resume.set_name(campaign);
  return Call<v1::CampaignService>(&v1::CampaignService::Stub::ResumeCampaign, resume, &changed);
}

}  // namespace muster::chaos

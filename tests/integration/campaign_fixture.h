// A server, a simulated fleet of affected machines, and an operator who runs campaigns over the
// API.
#ifndef MUSTER_TESTS_INTEGRATION_CAMPAIGN_FIXTURE_H_
#define MUSTER_TESTS_INTEGRATION_CAMPAIGN_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/orders/key_set.h"
#include "common/orders/manifest.h"
#include "common/proto_time.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "tests/integration/server_fixture.h"
#include "tests/load/fleet.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/incident_image.h"
#include "tests/testdata/msu_maker.h"

namespace muster::integration {

class CampaignTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    for (const auto& [name, variant] : {std::pair("affected", testdata::ImageVariant::kAffected),
                                        std::pair("fixed", testdata::ImageVariant::kFixed)}) {
      testdata::ImageOptions options;
      options.variant = variant;
      options.updates = 3;
      auto written =
          testdata::WriteIncidentImage(testdata::Authority::OfProcess(), folder_ / name, options);
      ASSERT_TRUE(written.ok()) << written.status();
      auto image = load::GoldenImage::Collect(name, (folder_ / name).string(), 1);
      ASSERT_TRUE(image.ok()) << image.status();
      images_[name] = *image;
    }
  }

  template <typename Service>
  std::unique_ptr<typename Service::Stub> Stub() {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = AuthorityPem();
    return Service::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(server_->operator_port()), grpc::SslCredentials(tls)));
  }
  std::unique_ptr<grpc::ClientContext> As(const std::string& token) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", "Bearer " + token);
    return context;
  }
  std::string NewToken(v1::Role role) {
    v1::CreateApiTokenRequest request;
    request.set_role(role);
    request.set_description("test");
    v1::ApiToken token;
    EXPECT_TRUE(Access()->CreateApiToken(AdminContext().get(), request, &token).ok());
    return token.token();
  }

  void PublishFirstKeys(std::vector<const pki::SigningKey*> keys) {
    v1::KeySet set;
    set.set_serial(1);
    set.set_min_approvals(1);
    for (const auto* key : keys) *set.add_keys() = orders::DescribeKey(*key, "somebody");
    v1::PublishKeySetRequest request;
    request.mutable_signed_key_set()->set_key_set(set.SerializeAsString());
    v1::KeySet published;
    grpc::Status status =
        Stub<v1::KeyService>()->PublishKeySet(AdminContext().get(), request, &published);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  grpc::Status Upload(const std::string& name, const std::string& bytes,
                      v1::StoredPayload* stored) {
    auto stub = Stub<v1::PayloadService>();
    auto context = AdminContext();
    auto writer = stub->UploadPayload(context.get(), stored);
    v1::UploadPayloadRequest part;
    part.set_file_name(name);
    writer->Write(part);
    part.set_data(bytes);
    writer->Write(part);
    writer->WritesDone();
    return writer->Finish();
  }

  std::string GoodMsu(bool lapses = false) {
    testdata::CatalogSpec catalog;
    if (lapses) {
      catalog.timestamp = testdata::CatalogSpec::Timestamp::kNone;
      catalog.signer_not_after =
          absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now() + absl::Hours(24)));
    }
    testdata::MsuSpec spec;
    spec.catalog = testdata::MakeCatalog(testdata::Authority::OfProcess(), catalog);
    return testdata::MakeMsu(spec);
  }

  std::unique_ptr<load::Fleet> PlayFleet(int machines, load::RemedyOptions remedy = {}) {
    load::FleetOptions options;
    options.server = AgentTarget();
    options.authority = AuthorityPem();
    options.token = NewEnrollmentToken(machines);
    options.machines = machines;
    options.remedied["affected"] = images_["fixed"];
    options.remedy = std::move(remedy);
    options.backoff.initial = absl::Milliseconds(50);
    options.backoff.cap = absl::Milliseconds(500);
    options.backoff.spread = absl::Milliseconds(200);
    auto fleet = std::make_unique<load::Fleet>(
        options, std::vector<load::ImageShare>{{images_["affected"], 1}});
    absl::Status enrolled = fleet->Enroll();
    EXPECT_TRUE(enrolled.ok()) << enrolled;
    fleet->Connect();
    absl::Status synced = fleet->Await(
        [&](const load::FleetProgress& progress) { return progress.in_sync == machines; },
        absl::Seconds(60));
    EXPECT_TRUE(synced.ok()) << synced;
    return fleet;
  }

  v1::CampaignSpec Spec() {
    v1::CampaignSpec spec;
    spec.set_title("KB2749655");
    spec.set_filter("last_seen:*");
    spec.set_rule("expired-catalog");
    auto& payload = *spec.mutable_action()->mutable_install_update()->mutable_payload();
    payload.set_sha256(payload_.payload().sha256());
    AddWave(spec).set_machines(3);
    AddWave(spec).set_rest(true);
    *spec.mutable_restart()->mutable_notice() = ToProto(absl::Milliseconds(10));
    return spec;
  }
  static v1::WavePolicy& AddWave(v1::CampaignSpec& spec) {
    v1::WavePolicy& wave = *spec.add_waves();
    *wave.mutable_soak() = ToProto(absl::Milliseconds(300));
    *wave.mutable_deadline() = ToProto(absl::Seconds(60));
    *wave.mutable_offline_after() = ToProto(absl::Seconds(60));
    wave.set_min_sample(1);
    return wave;
  }

  template <typename Request>
  grpc::Status Call(grpc::Status (v1::CampaignService::Stub::*method)(grpc::ClientContext*,
                                                                      const Request&,
                                                                      v1::Campaign*),
                    Request request, const std::string& token = "") {
    request.set_name(name_);
    auto context = token.empty() ? AdminContext() : As(token);
    return (*Stub<v1::CampaignService>().*method)(context.get(), request, &campaign_);
  }
  grpc::Status Create(const v1::CampaignSpec& spec, const std::string& token = "") {
    v1::CreateCampaignRequest request;
    *request.mutable_spec() = spec;
    auto context = token.empty() ? AdminContext() : As(token);
    grpc::Status status =
        Stub<v1::CampaignService>()->CreateCampaign(context.get(), request, &campaign_);
    name_ = campaign_.name();
    return status;
  }
  v1::ListOrdersResponse Orders(v1::ListOrdersRequest request) {
    request.set_parent(name_);
    request.set_page_size(1000);
    v1::ListOrdersResponse response;
    auto context = AdminContext();
    const auto status = Stub<v1::CampaignService>()->ListOrders(context.get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Approve(const pki::SigningKey& key, const std::string& token = "") {
    v1::ApproveCampaignRequest request;
    *request.mutable_signature() =
        orders::SignManifest(key, campaign_.signed_manifest().manifest());
    return Call(&v1::CampaignService::Stub::ApproveCampaign, request, token);
  }
  void Launch(const v1::CampaignSpec& spec) {
    ASSERT_TRUE(Create(spec).ok());
    grpc::Status status =
        Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest());
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_TRUE(Approve(key_).ok());
    status = Call(&v1::CampaignService::Stub::StartCampaign, v1::StartCampaignRequest());
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  const v1::Campaign& Look() {
    EXPECT_TRUE(Call(&v1::CampaignService::Stub::GetCampaign, v1::GetCampaignRequest()).ok());
    return campaign_;
  }
  // By watching, as an operator does.
  void AwaitState(v1::Campaign::State wanted) {
    v1::WatchCampaignRequest request;
    request.set_name(name_);
    auto context = AdminContext();
    context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(90)));
    auto stub = Stub<v1::CampaignService>();
    auto reader = stub->WatchCampaign(context.get(), request);
    while (campaign_.state() != wanted && reader->Read(&campaign_)) {
    }
    context->TryCancel();
    EXPECT_EQ(campaign_.state(), wanted) << campaign_.DebugString();
  }

  // A cancelled campaign is watched no longer, though its orders go on: it is read again and again.
  void AwaitCounts(const std::function<bool(const v1::OrderCounts&)>& reached) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (!reached(Look().counts()) && absl::Now() < deadline) {
    }
    EXPECT_TRUE(reached(campaign_.counts())) << campaign_.counts().DebugString();
  }

  std::map<std::string, std::shared_ptr<const load::GoldenImage>> images_;
  pki::SigningKey key_ = pki::SigningKey::Generate(), other_ = pki::SigningKey::Generate();
  v1::StoredPayload payload_;
  v1::Campaign campaign_;
  std::string name_;
};

}  // namespace muster::integration

#endif  // MUSTER_TESTS_INTEGRATION_CAMPAIGN_FIXTURE_H_

// What agents may and may not do at the gateway, over real TLS, against a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "tests/integration/server_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

ItemSet UpdateSet(const std::vector<std::string>& kbs) {
  std::vector<std::string> items;
  for (const std::string& kb : kbs) {
    v1::Update update;
    update.set_kb(kb);
    update.set_source(v1::Update::QFE);
    items.push_back(update.SerializeAsString());
  }
  return ItemSet(v1::UPDATES, std::move(items));
}

class GatewayTest : public ServerTest {
 protected:
  // What the server answers to one message after a greeting.
  grpc::Status StatusAfter(const v1::AgentMessage& message) {
    EnrolledMachine machine = Enrol("HOSTILE");
    RawSession session(machine.address);
    session.Send(HelloWith(machine.name, v1::UPDATES, set_));
    session.Await(v1::ServerMessage::kWelcome);
    session.Send(message);
    return session.Finish();
  }
  // The server is still well: another machine reports as usual.
  void ExpectServerIsWell() {
    EnrolledMachine machine = Enrol("WELL");
    RawSession session(machine.address);
    UploadByHand(session, machine.name, UpdateSet({"KB7777777"}));
    EXPECT_EQ(List("update = KB7777777").total_size(), 1);
  }
  ItemSet set_ = UpdateSet({"KB1000001", "KB1000002"});
};

TEST_F(GatewayTest, AReportTravelsFromTheAgentToTheOperator) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  UploadByHand(session, machine.name, set_);
  EXPECT_TRUE(session.Finish().ok());
  v1::ListMachinesResponse found = List("update = KB1000002");
  ASSERT_THAT(found.machines(), SizeIs(1));
  EXPECT_EQ(found.machines(0).attributes().name(), "PC1");
  v1::Machine shown = Get("PC1");
  ASSERT_THAT(shown.sets(), SizeIs(1));
  EXPECT_EQ(shown.sets(0).item_count(), 2);
}

TEST_F(GatewayTest, ACloneSendsNothingButItsDigests) {
  EnrolledMachine first = Enrol("PC1"), clone = Enrol("PC2");
  RawSession one(first.address);
  UploadByHand(one, first.name, set_);
  RawSession two(clone.address);
  two.Send(HelloWith(clone.name, v1::UPDATES, set_));
  v1::ServerMessage welcome = two.Await(v1::ServerMessage::kWelcome);
  ASSERT_THAT(welcome.welcome().sets(), SizeIs(1));
  EXPECT_EQ(welcome.welcome().sets(0).want(), v1::SetAnswer::HAVE);
  EXPECT_EQ(List("update = KB1000001").total_size(), 2);
}

TEST_F(GatewayTest, OfTwoThatBringAnUnknownSetOneSendsAndBothAreServed) {
  EnrolledMachine sender = Enrol("PC1"), waiter = Enrol("PC2");
  RawSession one(sender.address), two(waiter.address);
  one.Send(HelloWith(sender.name, v1::UPDATES, set_));
  EXPECT_EQ(one.Await(v1::ServerMessage::kWelcome).welcome().sets_size(), 1);
  two.Send(HelloWith(waiter.name, v1::UPDATES, set_));
  EXPECT_EQ(two.Await(v1::ServerMessage::kWelcome).welcome().sets_size(), 0);
  EXPECT_TRUE(one.Finish().ok());  // the sender leaves before it has sent
  v1::ServerMessage turn = two.Await(v1::ServerMessage::kSetAnswers);
  EXPECT_EQ(turn.set_answers().answers(0).want(), v1::SetAnswer::NEED_ALL);
}

TEST_F(GatewayTest, ASessionNeedsACertificateOfThisAuthority) {
  EnrolledMachine machine = Enrol("PC1");
  sync::GatewayAddress anonymous = machine.address;
  anonymous.key.clear();
  anonymous.certificate.clear();
  EXPECT_EQ(RawSession(anonymous).Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);

  pki::Authority foreign = pki::Authority::Create("foreign", absl::Now(), absl::Hours(24));
  pki::PrivateKey key = pki::PrivateKey::Generate();
  sync::GatewayAddress stranger = machine.address;
  stranger.key = key.ToPem();
  stranger.certificate =
      *foreign.IssueClient(key.CreateSigningRequest("x"), absl::Now(), absl::Hours(1));
  EXPECT_EQ(RawSession(stranger, absl::Seconds(5)).Finish().error_code(),
            grpc::StatusCode::UNAVAILABLE);
  ExpectServerIsWell();
}

TEST_F(GatewayTest, AnExpiredCertificateOpensNoSessionButRenews) {
  EnrolledMachine machine = Enrol("PC1");
  std::filesystem::path data = options_.data_folder;
  auto authority =
      pki::Authority::FromPem(*ReadSmallFile(data / "authority.secret.pem"), AuthorityPem());
  ASSERT_TRUE(authority.ok()) << authority.status();
  auto key = pki::PrivateKey::FromPem(machine.address.key);
  sync::GatewayAddress expired = machine.address;
  expired.certificate = *authority->IssueClient(key->CreateSigningRequest("PC1"),
                                                absl::Now() - absl::Hours(48), absl::Hours(24));
  EXPECT_EQ(RawSession(expired, absl::Seconds(5)).Finish().error_code(),
            grpc::StatusCode::UNAVAILABLE);

  v1::EnrollRequest renewal;
  renewal.set_csr(key->CreateSigningRequest("PC1"));
  renewal.mutable_attributes()->set_name("PC1");
  sync::GatewayAddress keyless = machine.address;
  keyless.key.clear();
  keyless.certificate.clear();
  auto renewed = sync::Enroll(keyless, renewal, absl::Seconds(10));
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  sync::GatewayAddress fresh = machine.address;
  fresh.certificate = *pki::CertificateDerToPem(renewed->certificate());
  RawSession session(fresh);
  UploadByHand(session, "PC1", set_);
}

TEST_F(GatewayTest, RenewalIsForTheEnrolledAlone) {
  v1::EnrollRequest request;
  request.set_csr(pki::PrivateKey::Generate().CreateSigningRequest("PC9"));
  request.mutable_attributes()->set_name("PC9");
  sync::GatewayAddress address{AgentTarget(), AuthorityPem(), "", "", ""};
  EXPECT_TRUE(absl::IsUnauthenticated(sync::Enroll(address, request, absl::Seconds(10)).status()));
  request.set_token("muster_enroll_wrong");
  EXPECT_TRUE(absl::IsUnauthenticated(sync::Enroll(address, request, absl::Seconds(10)).status()));
}

TEST_F(GatewayTest, NothingButTls13IsSpoken) {
  auto connect = [&](const std::string& flags) {
    std::string command = absl::StrCat("openssl s_client -connect ", AgentTarget(), " -alpn h2 ",
                                       flags, " </dev/null 2>&1");
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    char buffer[4096];
    while (size_t read = fread(buffer, 1, sizeof(buffer), pipe)) output.append(buffer, read);
    pclose(pipe);
    return output;
  };
  EXPECT_THAT(connect("-tls1_3"), HasSubstr("New, TLSv1.3"));
  EXPECT_THAT(connect("-tls1_2"), HasSubstr("Cipher is (NONE)"));
  auto plain = v1::AgentGateway::NewStub(
      grpc::CreateChannel(AgentTarget(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
  v1::EnrollResponse response;
  EXPECT_EQ(plain->Enroll(&context, {}, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(GatewayTest, AnUnknownProtocolVersionIsToldWhatToDo) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  v1::AgentMessage hello = HelloWith(machine.name, v1::UPDATES, set_);
  hello.mutable_hello()->set_protocol_version(99);
  session.Send(hello);
  grpc::Status status = session.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("99"));
}

TEST_F(GatewayTest, ASessionOpensWithHello) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  v1::AgentMessage heartbeat;
  heartbeat.mutable_heartbeat();
  session.Send(heartbeat);
  EXPECT_EQ(session.Finish().error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(GatewayTest, ASetThatIsNotWhatItsDigestSaysIsRefused) {
  v1::AgentMessage lie;
  lie.mutable_set_change()->set_kind(v1::UPDATES);
  lie.mutable_set_change()->set_digest(set_.digest().ToBytes());
  lie.mutable_set_change()->add_added(Sha256("something else").ToBytes());
  grpc::Status status = StatusAfter(lie);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("digest"));
  ExpectServerIsWell();
}

TEST_F(GatewayTest, ASetChangeThatNobodyAskedForIsRefused) {
  v1::AgentMessage message;
  message.mutable_set_change()->set_kind(v1::CATALOGS);
  message.mutable_set_change()->set_digest(Sha256("x").ToBytes());
  EXPECT_EQ(StatusAfter(message).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(GatewayTest, ItemsThatTheSetDoesNotNameAreNotStored) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  session.Send(HelloWith(machine.name, v1::UPDATES, set_));
  session.Await(v1::ServerMessage::kWelcome);
  v1::AgentMessage message;
  v1::SetChange& change = *message.mutable_set_change();
  change.set_kind(v1::UPDATES);
  change.set_digest(set_.digest().ToBytes());
  for (const Digest& digest : set_.ItemDigests()) change.add_added(digest.ToBytes());
  session.Send(message);
  session.Await(v1::ServerMessage::kNeedItems);
  message.Clear();
  message.mutable_items()->set_kind(v1::UPDATES);
  message.mutable_items()->set_set(set_.digest().ToBytes());
  v1::Update foreign;
  foreign.set_kb("KB6666666");
  message.mutable_items()->add_items(foreign.SerializeAsString());
  session.Send(message);
  for (const Item& item : set_.items()) {
    message.mutable_items()->clear_items();
    message.mutable_items()->add_items(item.bytes);
    session.Send(message);
  }
  EXPECT_EQ(session.Await(v1::ServerMessage::kSetAnswers).set_answers().answers(0).want(),
            v1::SetAnswer::HAVE);
  EXPECT_EQ(List("update = KB6666666").total_size(), 0);
  EXPECT_EQ(List("update = KB1000001").total_size(), 1);
}

TEST_F(GatewayTest, AnItemThatIsNoMessageIsRefusedAndNothingIsHarmed) {
  ItemSet garbage(v1::UPDATES, {"\xff\xff\xff\xff no update"});
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  session.Send(HelloWith(machine.name, v1::UPDATES, garbage));
  session.Await(v1::ServerMessage::kWelcome);
  v1::AgentMessage message;
  message.mutable_set_change()->set_kind(v1::UPDATES);
  message.mutable_set_change()->set_digest(garbage.digest().ToBytes());
  message.mutable_set_change()->add_added(garbage.items()[0].digest.ToBytes());
  session.Send(message);
  session.Await(v1::ServerMessage::kNeedItems);
  message.Clear();
  message.mutable_items()->set_kind(v1::UPDATES);
  message.mutable_items()->set_set(garbage.digest().ToBytes());
  message.mutable_items()->add_items(garbage.items()[0].bytes);
  session.Send(message);
  EXPECT_EQ(session.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ExpectServerIsWell();
}

TEST_F(GatewayTest, OversizedMessagesEndTheSessionAlone) {
  v1::AgentMessage large;
  large.mutable_items()->add_items(std::string(5 * 1024 * 1024, 'x'));
  EXPECT_EQ(StatusAfter(large).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  ExpectServerIsWell();
}

TEST_F(GatewayTest, AFailedCollectionReplacesNothing) {
  EnrolledMachine machine = Enrol("PC1");
  {
    RawSession session(machine.address);
    UploadByHand(session, machine.name, set_);
  }
  RawSession session(machine.address);
  v1::AgentMessage hello = HelloWith(machine.name, v1::UPDATES, ItemSet(v1::UPDATES, {}));
  v1::Inventory::State& state = *hello.mutable_hello()->mutable_inventory()->mutable_states(0);
  state.clear_digest();
  state.mutable_outcome()->set_code(v1::Outcome::FAILED);
  state.mutable_outcome()->set_hresult(0x80041001);
  state.mutable_outcome()->set_detail("WMI did not answer");
  session.Send(hello);
  session.Await(v1::ServerMessage::kWelcome);
  v1::Machine shown = Get("PC1");
  ASSERT_THAT(shown.sets(), SizeIs(1));
  EXPECT_EQ(shown.sets(0).item_count(), 2);
  EXPECT_EQ(shown.sets(0).outcome().code(), v1::Outcome::FAILED);
  EXPECT_EQ(shown.sets(0).outcome().hresult(), 0x80041001);
}

v1::AgentMessage Batch(uint64_t from, uint64_t to, uint64_t count) {
  v1::AgentMessage message;
  v1::IncidentBatch& batch = *message.mutable_incidents();
  batch.set_source("CBS.log");
  if (from > 0) batch.mutable_from()->set_offset(from);
  batch.mutable_to()->set_offset(to);
  v1::Incident& incident = *batch.add_incidents();
  incident.mutable_signature()->set_message("Failed to internally open package.");
  incident.mutable_signature()->set_hresult(0x800B0101);
  incident.mutable_first()->set_seconds(1'372'662'267);
  incident.mutable_last()->set_seconds(1'372'662'267);
  incident.set_count(count);
  return message;
}

TEST_F(GatewayTest, ARecordThatIsSentTwiceCountsOnce) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  UploadByHand(session, machine.name, set_);
  session.Send(Batch(0, 100, 3));
  EXPECT_EQ(session.Await(v1::ServerMessage::kIncidentAck).incident_ack().position().offset(),
            100u);
  session.Send(Batch(0, 100, 3));  // as after a lost acknowledgement
  EXPECT_EQ(session.Await(v1::ServerMessage::kIncidentAck).incident_ack().position().offset(),
            100u);
  session.Send(Batch(100, 200, 4));
  EXPECT_EQ(session.Await(v1::ServerMessage::kIncidentAck).incident_ack().position().offset(),
            200u);
  session.Send(Batch(50, 300, 9));  // from a place where the server does not stand
  EXPECT_EQ(session.Await(v1::ServerMessage::kIncidentAck).incident_ack().position().offset(),
            200u);
  v1::Machine shown = Get("PC1");
  ASSERT_THAT(shown.incidents(), SizeIs(1));
  EXPECT_EQ(shown.incidents(0).count(), 7u);
  EXPECT_EQ(List("hresult = 0x800B0101").total_size(), 1);
  EXPECT_EQ(List("hresult = 2148204801").total_size(), 1);
}

TEST_F(GatewayTest, AServerThatLostItsMemoryAsksForTheLogFromItsStart) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  UploadByHand(session, machine.name, set_);
  session.Send(Batch(100, 200, 4));
  EXPECT_EQ(session.Await(v1::ServerMessage::kIncidentAck).incident_ack().position().offset(), 0u);
  EXPECT_THAT(Get("PC1").incidents(), SizeIs(0));
}

TEST_F(GatewayTest, AgentsAreNotToldTheDatabasesOwnWords) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  UploadByHand(session, machine.name, set_);
  const std::string token = NewEnrollmentToken(1);
  ExecuteSql("ALTER TABLE machine_incidents RENAME TO gone");
  ExecuteSql("ALTER TABLE enrollment_tokens RENAME TO gone_too");
  session.Send(Batch(0, 100, 3));
  const std::string told = session.Await(v1::ServerMessage::kRetryLater).retry_later().reason();
  EXPECT_THAT(told, HasSubstr("its log says why"));
  EXPECT_THAT(told, Not(HasSubstr("machine_incidents")));
  v1::EnrollRequest request;
  request.set_token(token);
  request.set_csr(pki::PrivateKey::Generate().CreateSigningRequest("PC2"));
  request.mutable_attributes()->set_name("PC2");
  sync::GatewayAddress address{AgentTarget(), AuthorityPem(), "", "", ""};
  const absl::Status refused = sync::Enroll(address, request, absl::Seconds(10)).status();
  EXPECT_TRUE(absl::IsInternal(refused));
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("its log says why"), Not(HasSubstr("enrollment_tokens"))));
}

TEST_F(GatewayTest, ADatabaseThatIsAwayLosesNothingAndTheServerStaysUp) {
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  UploadByHand(session, machine.name, set_);
  ASSERT_TRUE(cluster_->Stop().ok());
  session.Send(Batch(0, 100, 3));
  const std::string told = "the server's database is away: try again in a moment";
  EXPECT_EQ(session.Await(v1::ServerMessage::kRetryLater).retry_later().reason(), told);
  v1::ListMachinesResponse response;
  const grpc::Status refused = Operators()->ListMachines(AdminContext().get(), {}, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(refused.error_message(), told);
  ASSERT_TRUE(cluster_->Restart().ok());
  session.Send(Batch(0, 100, 3));
  session.Await(v1::ServerMessage::kIncidentAck);
  EXPECT_EQ(Get("PC1").incidents(0).count(), 3u);
}

}  // namespace
}  // namespace muster::integration

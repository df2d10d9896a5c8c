#include "tests/load/fleet.h"

#include <atomic>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/backoff.h"
#include "common/pki/pki.h"
#include "tests/load/hostile_names.h"

namespace muster::load {
namespace {

constexpr absl::Duration kEnrollTimeout = absl::Seconds(60);
constexpr absl::Duration kEnrollPatience = absl::Minutes(1);
constexpr int kEnrollThreads = 4;

// Hands out an image's log: every clone has the same one.
class SharedLog : public sync::IncidentSource {
 public:
  explicit SharedLog(std::shared_ptr<const GoldenImage> image) : batches_(image->incidents()) {}

  std::vector<std::string> Sources() override { return {"CBS.log"}; }

  absl::StatusOr<v1::IncidentBatch> Next(const std::string& source,
                                         const v1::LogPosition& from) override {
    for (const v1::IncidentBatch& batch : batches_) {
      if (batch.from().offset() == from.offset()) return batch;
    }
    v1::IncidentBatch nothing;
    nothing.set_source(source);
    *nothing.mutable_from() = from;
    *nothing.mutable_to() = from;
    return nothing;
  }

 private:
  const std::vector<v1::IncidentBatch> batches_;
};

// Which image each machine is cloned from: by weight, in an order that the seed gives.
std::vector<const ImageShare*> Deal(const std::vector<ImageShare>& images, int machines,
                                    uint64_t seed) {
  int total = std::accumulate(images.begin(), images.end(), 0,
                              [](int sum, const ImageShare& share) { return sum + share.weight; });
  std::vector<const ImageShare*> dealt;
  for (const ImageShare& share : images) {
    for (int i = 0; i < machines * share.weight / total; ++i) dealt.push_back(&share);
  }
  while (static_cast<int>(dealt.size()) < machines) dealt.push_back(&images.front());
  std::shuffle(dealt.begin(), dealt.end(), std::mt19937_64(seed));
  return dealt;
}

// The server is away or busy.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsAborted(status);
}

// The server may have enrolled the machine, and its answer been lost: renewing costs no use of the
// token.
absl::StatusOr<v1::EnrollResponse> EnrollAgain(const sync::GatewayAddress& address,
                                               const v1::EnrollRequest& request) {
  v1::EnrollRequest renewal = request;
  renewal.clear_token();
  auto renewed = sync::Enroll(address, renewal, kEnrollTimeout);
  if (!absl::IsUnauthenticated(renewed.status())) return renewed;
  return sync::Enroll(address, request, kEnrollTimeout);
}

}  // namespace

struct Fleet::Machine {
  int index = 0;
  std::string name;
  std::shared_ptr<const GoldenImage> image;
  std::shared_ptr<const sync::Snapshot> snapshot;
  Digest id;
  sync::GatewayAddress address;
  sync::Acknowledgements acknowledgements;
  std::unique_ptr<SharedLog> log;
  SimulatedMachine simulated;
  std::unique_ptr<SimulatedOrders> orders;
  std::unique_ptr<sync::Link> link;
  bool scanning = false;  // for an order
  size_t connections = 0;
  std::function<void()> held_greeting;  // on the loop
  bool opened = false, welcomed = false, in_sync = false;
};

Fleet::Fleet(FleetOptions options, std::vector<ImageShare> images)
    : options_(std::move(options)), loop_(*new sync::EventLoop) {
  auto dealt = Deal(images, options_.machines, options_.seed);
  for (int i = 0; i < options_.machines; ++i) {
    auto machine = std::make_unique<Machine>();
    machine->index = i;
    machine->name = absl::StrFormat("PC-%05d", i + 1);
    machine->image = dealt[i]->image;
    machine->snapshot = SnapshotOf(*machine->image, *machine);
    machine->log = std::make_unique<SharedLog>(machine->image);
    names_.push_back(machine->name);
    image_names_.push_back(machine->image->name());
    machines_.push_back(std::move(machine));
  }
}

Fleet::~Fleet() {
  OnLoop([this] {
    here_.reset();
    machines_.clear();
  });
}

std::function<void()> Fleet::WhileHere(std::function<void()> work) const {
  return [here = std::weak_ptr<bool>(here_), work = std::move(work)] {
    if (!here.expired()) work();
  };
}

void Fleet::OnLoop(const std::function<void()>& work) {
  absl::Mutex mutex;
  bool done = false;
  loop_.Post([&] {
    work();
    absl::MutexLock lock(&mutex);
    done = true;
  });
  absl::MutexLock lock(&mutex);
  mutex.Await(absl::Condition(&done));
}

std::shared_ptr<const sync::Snapshot> Fleet::SnapshotOf(const GoldenImage& image,
                                                        const Machine& machine) const {
  auto snapshot = image.Clone(machine.index, options_.seed, machine.name);
  if (!options_.hostile_names || machine.index >= HostileNameCount()) return snapshot;
  auto hostile = std::make_shared<sync::Snapshot>(*snapshot);
  MakeHostile(machine.index, hostile->attributes);
  return hostile;
}

absl::Status Fleet::EnrollOne(Machine& machine) {
  pki::PrivateKey key = pki::PrivateKey::Generate();
  v1::EnrollRequest request;
  request.set_token(options_.token);
  request.set_csr(key.CreateSigningRequest(machine.name));
  *request.mutable_attributes() = machine.snapshot->attributes;
  machine.id = key.PublicKeyDigest();
  machine.address.target = options_.server;
  machine.address.authority = options_.authority;
  BackoffOptions pause = options_.backoff;
  pause.spread = absl::ZeroDuration();
  Backoff backoff(pause, machine.id, options_.seed + machine.index);
  const absl::Time deadline = absl::Now() + kEnrollPatience;
  auto response = sync::Enroll(machine.address, request, kEnrollTimeout);
  while (IsPassing(response.status()) && absl::Now() < deadline) {
    absl::SleepFor(backoff.Next());
    response = EnrollAgain(machine.address, request);
  }
  if (!response.ok()) return response.status();
  if (response->has_key_set()) {
    if (absl::Status pinned = machine.simulated.keys.PinFirst(response->key_set()); !pinned.ok()) {
      return pinned;
    }
  }
  auto certificate = pki::CertificateDerToPem(response->certificate());
  if (!certificate.ok()) return certificate.status();
  machine.address.key = key.ToPem();
  machine.address.certificate = *std::move(certificate);
  return absl::OkStatus();
}

absl::Status Fleet::Enroll() {
  std::atomic<size_t> next = 0;
  absl::Mutex status_mutex;
  absl::Status first_error;
  std::vector<std::thread> threads;
  for (int i = 0; i < kEnrollThreads; ++i) {
    threads.emplace_back([&] {
      for (size_t at = next++; at < machines_.size(); at = next++) {
        absl::Status status = EnrollOne(*machines_[at]);
        if (status.ok()) continue;
        absl::MutexLock lock(&status_mutex);
        first_error.Update(status);
        next = machines_.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return first_error;
}

void Fleet::Redirect(const std::string& server) {
  for (auto& machine : machines_) machine->address.target = server;
}

sync::OpenStream Fleet::Opener(Machine& machine) {
  return [this, &machine](sync::StreamHandlers handlers) {
    handlers.on_open = [this, &machine, greet = std::move(handlers.on_open)] {
      bool first = !std::exchange(machine.opened, true);
      if (first) Update([](FleetProgress& progress) { ++progress.open; });
      if (first && options_.hold_greetings) {
        machine.held_greeting = greet;
      } else {
        greet();
      }
    };
    sync::GatewayAddress address = machine.address;
    const size_t servers = 1 + options_.other_servers.size();
    const size_t turn = (static_cast<size_t>(machine.index) + machine.connections++) % servers;
    if (turn > 0) address.target = options_.other_servers[turn - 1];
    return sync::GrpcOpener(address, loop_)(std::move(handlers));
  };
}

void Fleet::StartOne(Machine& machine) {
  sync::LinkObserver observer;
  observer.on_welcome = [this, &machine] {
    if (!std::exchange(machine.welcomed, true)) Update([](FleetProgress& p) { ++p.welcomed; });
  };
  observer.on_in_sync = [this, &machine] {
    if (std::exchange(machine.scanning, false)) machine.orders->OnScanned();
    if (!std::exchange(machine.in_sync, true)) Update([](FleetProgress& p) { ++p.in_sync; });
  };
  observer.on_disconnect = [this, &machine](const absl::Status& reason, absl::Duration) {
    bool was_in_sync = std::exchange(machine.in_sync, false);
    Update([&](FleetProgress& progress) {
      ++progress.disconnects;
      progress.in_sync -= was_in_sync;
      progress.last_error = reason;
    });
  };
  machine.link = std::make_unique<sync::Link>(
      sync::LinkOptions{.agent_version = "fleetsim", .backoff = options_.backoff}, machine.id,
      options_.seed + machine.index, loop_, Opener(machine), machine.acknowledgements, *machine.log,
      std::move(observer));
  machine.link->SetSnapshot(machine.snapshot);
  OpenOrders(machine);
  machine.link->Start();
}

void Fleet::OpenOrders(Machine& machine) {
  SimulatedOrders::Deps deps{
      loop_,
      machine.snapshot->attributes.site(),
      [&machine](const v1::OrderReport& report) { machine.link->SendOrderReport(report); },
      [this, &machine] {
        auto image = options_.remedied.find(machine.image->name());
        if (image == options_.remedied.end()) return;
        machine.snapshot = SnapshotOf(*image->second, machine);
      },
      [this, &machine] {
        loop_.Post(WhileHere([&machine] {
          if (machine.link == nullptr) return;
          machine.scanning = true;
          machine.link->SetSnapshot(machine.snapshot);
        }));
      },
      [this, &machine](int times) { options_.on_start(machine.id, times); },
      [this](std::function<void()> work) { TakeUp(std::move(work)); }};
  machine.orders =
      std::make_unique<SimulatedOrders>(options_.remedy, machine.id, options_.seed + machine.index,
                                        machine.simulated, std::move(deps));
  machine.link->SetOrderHandler(machine.orders.get());
  machine.orders->Begin();
}

void Fleet::Kill(int index, absl::Duration pause) {
  loop_.Post([this, pause, &machine = *machines_[static_cast<size_t>(index)]] {
    if (machine.link == nullptr) return;
    machine.link.reset();
    machine.orders.reset();
    machine.scanning = false;
    if (std::exchange(machine.in_sync, false)) Update([](FleetProgress& p) { --p.in_sync; });
    loop_.After(pause, WhileHere([this, &machine] { StartOne(machine); }));
  });
}

void Fleet::SetClock(int index, absl::Duration offset) {
  loop_.Post([offset, &machine = *machines_[static_cast<size_t>(index)]] {
    machine.simulated.clock_offset = offset;
  });
}

void Fleet::Spoil() {
  loop_.Post([this] {
    for (auto& machine : machines_) {
      machine->snapshot = SnapshotOf(*machine->image, *machine);
      if (machine->link) machine->link->SetSnapshot(machine->snapshot);
    }
  });
}

void Fleet::TakeUp(std::function<void()> work) {
  Update([](FleetProgress& progress) { ++progress.orders; });
  if (options_.remedy.orders_per_second == 0) return work();
  const absl::Time now = absl::Now();
  next_turn_ = std::max(next_turn_, now) + absl::Seconds(1 / options_.remedy.orders_per_second);
  loop_.After(next_turn_ - now, std::move(work));
}

std::vector<sync::GatewayAddress> Fleet::addresses() const {
  std::vector<sync::GatewayAddress> addresses;
  for (const auto& machine : machines_) addresses.push_back(machine->address);
  return addresses;
}

int Fleet::most_installs() {
  int most = 0;
  OnLoop([&] {
    for (auto& machine : machines_) {
      int installs = 0;
      for (const auto& [order, starts] : machine->simulated.starts) installs += starts;
      most = std::max(most, installs);
    }
  });
  return most;
}

int Fleet::AtWork() {
  int at_work = 0;
  OnLoop([&] {
    for (auto& machine : machines_) {
      at_work += machine->orders == nullptr || machine->orders->open_orders() > 0 ||
                 machine->simulated.IsInstalling();
    }
  });
  return at_work;
}

void Fleet::Connect() {
  for (auto& machine : machines_) {
    loop_.Post([this, &machine = *machine] { StartOne(machine); });
  }
}

void Fleet::Greet() {
  loop_.Post([this] {
    for (auto& machine : machines_) {
      if (auto greet = std::exchange(machine->held_greeting, nullptr)) greet();
    }
  });
}

void Fleet::Update(const std::function<void(FleetProgress&)>& change) {
  absl::MutexLock lock(&mutex_);
  change(progress_);
}

FleetProgress Fleet::progress() const {
  absl::MutexLock lock(&mutex_);
  return progress_;
}

absl::Status Fleet::Await(const std::function<bool(const FleetProgress&)>& done,
                          absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  auto reached = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return done(progress_); };
  if (mutex_.AwaitWithTimeout(absl::Condition(&reached), timeout)) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(
      "of ", machines_.size(), " machines ", progress_.open, " connected, ", progress_.welcomed,
      " were welcomed, ", progress_.in_sync, " are in sync, with ", progress_.disconnects,
      " disconnections, the last: ", progress_.last_error.ToString()));
}

}  // namespace muster::load

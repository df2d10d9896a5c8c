#include "tests/load/golden_image.h"

#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/collect/collect.h"
#include "agent/host/image/image_host.h"
#include "common/proto_time.h"

namespace muster::load {
namespace {

constexpr const char* kSites[] = {"Berlin", "Hamburg", "München", "Köln", "Leipzig"};
constexpr const char* kUnits[] = {"Workstations", "Kiosks", "Laptops"};
constexpr size_t kIncidentsPerBatch = 500;
constexpr int kInstallDates = 10;

// The image's updates, and for all but the first variant one more.
std::shared_ptr<const ItemSet> UpdateVariant(const ItemSet& updates, int variant) {
  std::vector<std::string> items;
  for (const Item& item : updates.items()) items.push_back(item.bytes);
  if (variant > 0) {
    v1::Update update;
    update.set_kb(absl::StrCat("KB", 3'000'000 + variant));
    update.set_description("Update");
    update.set_source(v1::Update::MANIFEST);
    items.push_back(update.SerializeAsString());
  }
  return std::make_shared<const ItemSet>(v1::UPDATES, std::move(items));
}

std::vector<v1::IncidentBatch> ToBatches(const std::vector<v1::Incident>& incidents) {
  std::vector<v1::IncidentBatch> batches;
  for (size_t at = 0; at < incidents.size(); at += kIncidentsPerBatch) {
    v1::IncidentBatch& batch = batches.emplace_back();
    batch.set_source("CBS.log");
    size_t end = std::min(incidents.size(), at + kIncidentsPerBatch);
    for (size_t i = at; i < end; ++i) *batch.add_incidents() = incidents[i];
    if (at > 0) batch.mutable_from()->set_offset(at);
    batch.mutable_to()->set_offset(end);
  }
  return batches;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const GoldenImage>> GoldenImage::Collect(
    const std::string& name, const std::string& directory, int variants) {
  auto host = host::ImageHost::OpenVolume(directory);
  if (!host.ok()) return host.status();
  collect::Collection collection = collect::Collect(**host, nullptr, nullptr);
  std::shared_ptr<GoldenImage> image(new GoldenImage);
  image->name_ = name;
  image->snapshot_.attributes = collection.attributes;
  image->snapshot_.incidents = collection.incidents_outcome;
  for (auto& [kind, collected] : collection.sets) {
    image->snapshot_.kinds[kind] = {collected.outcome, collected.set};
  }
  for (int i = 0; i < variants; ++i) {
    image->update_variants_.push_back(UpdateVariant(*collection.sets[v1::UPDATES].set, i));
  }
  image->incidents_ = ToBatches(collection.incidents);
  return image;
}

std::shared_ptr<const sync::Snapshot> GoldenImage::Clone(int index, uint64_t seed,
                                                         const std::string& machine_name) const {
  std::mt19937_64 random(seed * 1'000'003 + static_cast<uint64_t>(index));
  auto snapshot = std::make_shared<sync::Snapshot>(snapshot_);
  v1::MachineAttributes& attributes = snapshot->attributes;
  attributes.set_name(machine_name);
  attributes.set_domain("corp.example");
  attributes.set_site(kSites[random() % std::size(kSites)]);
  attributes.set_organizational_unit(kUnits[random() % std::size(kUnits)]);
  snapshot->kinds[v1::UPDATES].set = update_variants_[random() % update_variants_.size()];
  const auto& updates = snapshot->kinds[v1::UPDATES].set->items();
  for (size_t i = 0; i < updates.size() && i < kInstallDates; ++i) {
    v1::Update update;
    update.ParseFromString(updates[i].bytes);
    v1::InstallDate& date = snapshot->install_dates.emplace_back();
    date.set_kb(update.kb());
    *date.mutable_installed_on() =
        ToProto(absl::FromUnixSeconds(1'370'000'000 + static_cast<int64_t>(random() % 2'000'000)));
  }
  return snapshot;
}

}  // namespace muster::load

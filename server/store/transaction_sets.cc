// Items, sets and incident signatures: what is stored once for the whole fleet.
#include "absl/strings/str_cat.h"
#include "server/store/inventory_transaction_internal.h"
#include "server/store/item_columns_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using inventory::StoredSignature;

constexpr char kKnownSets[] = "SELECT digest FROM sets WHERE digest = ANY ($1::bytea[])";
constexpr char kKnownItems[] =
    "SELECT digest FROM items WHERE kind = $1 AND digest = ANY ($2::bytea[])";
constexpr char kSetId[] = "SELECT id FROM sets WHERE digest = $1::bytea";
constexpr char kSetItems[] = R"(
  SELECT i.digest FROM set_items si JOIN items i ON i.id = si.item_id
  WHERE si.set_id = $1 ORDER BY i.digest)";
constexpr char kLoadSet[] = R"(
  SELECT i.digest, i.body FROM set_items si JOIN items i ON i.id = si.item_id
  WHERE si.set_id = $1 ORDER BY i.digest)";
// In the order of digests, so that two transactions with the same items wait for each other in one
// order.
constexpr char kPutItems[] = R"(
  INSERT INTO items (kind, digest, body, kb, identity, name, sha256, failure_hresult, breaks_at)
  SELECT $1, n.* FROM unnest($2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::text[],
                             $7::bytea[], $8::bigint[], $9::timestamptz[])
    AS n (digest, body, kb, identity, name, sha256, failure_hresult, breaks_at)
  ORDER BY n.digest
  ON CONFLICT (digest, kind) DO NOTHING)";
constexpr char kPutSet[] = R"(
  INSERT INTO sets (kind, digest, item_count) VALUES ($1, $2::bytea, $3)
  ON CONFLICT (digest) DO NOTHING RETURNING id)";
constexpr char kPutSetItems[] = R"(
  INSERT INTO set_items (set_id, item_id)
  SELECT $1, i.id FROM items i WHERE i.kind = $2 AND i.digest = ANY ($3::bytea[]))";
constexpr char kPutSignatures[] = R"(
  INSERT INTO signatures (digest, body, hresult, of_interest)
  SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::boolean[])
    AS n (digest, body, hresult, of_interest)
  ORDER BY digest
  ON CONFLICT (digest) DO NOTHING)";
constexpr char kFindSets[] = R"(
  SELECT s.kind, s.digest, s.id FROM sets s WHERE s.digest = ANY ($1::bytea[]))";

void AddText(TextArray& array, const std::string& text) {
  text.empty() ? array.AddNull() : array.Add(text);
}

absl::Status NoSuchSet(const Digest& set) {
  return absl::NotFoundError(absl::StrCat("no set ", set.ToHex(), " is stored"));
}

}  // namespace

absl::StatusOr<absl::flat_hash_set<Digest>> InventoryTransaction::KnownSets(
    absl::Span<const Digest> sets) {
  return Do("looking for sets", [&]() -> absl::StatusOr<absl::flat_hash_set<Digest>> {
    absl::flat_hash_set<Digest> known;
    for (const pqxx::row& row : transaction_->exec_params(kKnownSets, ByteaArray(sets).Bind())) {
      known.insert(ReadDigest(row[0]));
    }
    return known;
  });
}

absl::StatusOr<std::vector<Digest>> InventoryTransaction::MissingItems(
    v1::SetKind kind, absl::Span<const Digest> items) {
  return Do("looking for items", [&]() -> absl::StatusOr<std::vector<Digest>> {
    absl::flat_hash_set<Digest> known;
    for (const pqxx::row& row :
         transaction_->exec_params(kKnownItems, int{kind}, ByteaArray(items).Bind())) {
      known.insert(ReadDigest(row[0]));
    }
    std::vector<Digest> missing;
    for (const Digest& item : items) {
      if (!known.contains(item)) missing.push_back(item);
    }
    return missing;
  });
}

absl::StatusOr<std::vector<Digest>> InventoryTransaction::SetItems(const Digest& set) {
  return Do("reading a set's list", [&]() -> absl::StatusOr<std::vector<Digest>> {
    const pqxx::result found = transaction_->exec_params(kSetId, BytesParam(set.view()));
    if (found.empty()) return NoSuchSet(set);
    std::vector<Digest> digests;
    for (const pqxx::row& row : transaction_->exec_params(kSetItems, found[0][0].as<int>())) {
      digests.push_back(ReadDigest(row[0]));
    }
    return digests;
  });
}

absl::StatusOr<std::vector<Item>> InventoryTransaction::LoadSet(const Digest& set) {
  return Do("reading a set", [&]() -> absl::StatusOr<std::vector<Item>> {
    const pqxx::result found = transaction_->exec_params(kSetId, BytesParam(set.view()));
    if (found.empty()) return NoSuchSet(set);
    std::vector<Item> items;
    for (const pqxx::row& row : transaction_->exec_params(kLoadSet, found[0][0].as<int>())) {
      items.push_back({ReadDigest(row[0]), ReadBytes(row[1])});
    }
    return items;
  });
}

absl::Status InventoryTransaction::PutItems(v1::SetKind kind, absl::Span<const Item> items) {
  return Do("storing items", [&] { return InsertItems(kind, items); });
}

absl::Status InventoryTransaction::InsertItems(v1::SetKind kind, absl::Span<const Item> items) {
  if (items.empty()) return absl::OkStatus();
  ByteaArray digests, bodies, sha256s;
  TextArray kbs, identities, names;
  IntArray hresults;
  TimeArray breaks;
  for (const Item& item : items) {
    auto columns = ColumnsOf(kind, item);
    if (!columns.ok()) return columns.status();
    digests.Add(item.digest.view());
    bodies.Add(item.bytes);
    AddText(kbs, columns->kb);
    AddText(identities, columns->identity);
    AddText(names, columns->name);
    columns->sha256.empty() ? sha256s.AddNull() : sha256s.Add(columns->sha256);
    columns->failure_hresult ? hresults.Add(*columns->failure_hresult) : hresults.AddNull();
    columns->breaks_at ? breaks.Add(*columns->breaks_at) : breaks.AddNull();
  }
  transaction_->exec_params0(kPutItems, int{kind}, digests.Bind(), bodies.Bind(), kbs.Bind(),
                             identities.Bind(), names.Bind(), sha256s.Bind(), hresults.Bind(),
                             breaks.Bind());
  return absl::OkStatus();
}

absl::Status InventoryTransaction::PutSet(v1::SetKind kind, const Digest& set,
                                          absl::Span<const Digest> items) {
  return Do("storing a set", [&] { return InsertSet(kind, set, items); });
}

absl::Status InventoryTransaction::InsertSet(v1::SetKind kind, const Digest& set,
                                             absl::Span<const Digest> items) {
  if (!v1::SetKind_IsValid(kind) || kind == v1::SET_KIND_UNSPECIFIED) {
    return absl::InvalidArgumentError(absl::StrCat("there is no set kind ", int{kind}));
  }
  const pqxx::result stored =
      transaction_->exec_params(kPutSet, int{kind}, BytesParam(set.view()), items.size());
  if (stored.empty()) return absl::OkStatus();  // it was there
  const pqxx::result linked = transaction_->exec_params(kPutSetItems, stored[0][0].as<int>(),
                                                        int{kind}, ByteaArray(items).Bind());
  if (linked.affected_rows() == items.size()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("set ", set.ToHex(), " names ", items.size(),
                                                    " items, of which ", linked.affected_rows(),
                                                    " are stored: send the missing items first"));
}

absl::Status InventoryTransaction::PutSignatures(absl::Span<const StoredSignature> signatures) {
  if (signatures.empty()) return absl::OkStatus();
  ByteaArray digests, bodies;
  IntArray hresults;
  BoolArray of_interest;
  for (const StoredSignature& stored : signatures) {
    v1::IncidentSignature signature;
    if (!signature.ParseFromString(stored.bytes)) {
      return absl::InvalidArgumentError(absl::StrCat("incident signature ", stored.digest.ToHex(),
                                                     " is not a muster.v1.IncidentSignature"));
    }
    digests.Add(stored.digest.view());
    bodies.Add(stored.bytes);
    hresults.Add(signature.hresult());
    of_interest.Add(stored.of_interest);
  }
  return Do("storing incident signatures", [&]() -> absl::Status {
    transaction_->exec_params0(kPutSignatures, digests.Bind(), bodies.Bind(), hresults.Bind(),
                               of_interest.Bind());
    return absl::OkStatus();
  });
}

InventoryTransaction::SetIds InventoryTransaction::FindSets(const std::vector<KindAndSet>& wanted) {
  ByteaArray digests;
  for (const auto& [kind, set] : wanted) digests.Add(set.view());
  SetIds ids;
  for (const pqxx::row& row : transaction_->exec_params(kFindSets, digests.Bind())) {
    ids[{static_cast<v1::SetKind>(row[0].as<int>()), ReadDigest(row[1])}] = row[2].as<int>();
  }
  return ids;
}

absl::StatusOr<InventoryTransaction::SetIds> InventoryTransaction::ResolveSets(
    absl::Span<const inventory::MachineReport> reports) {
  absl::flat_hash_set<KindAndSet> named;
  for (const inventory::MachineReport& report : reports) {
    for (const inventory::KindReport& kind : report.kinds) {
      if (kind.set) named.insert({kind.kind, *kind.set});
    }
  }
  const std::vector<KindAndSet> wanted(named.begin(), named.end());
  if (wanted.empty()) return SetIds();
  SetIds ids = FindSets(wanted);
  for (const KindAndSet& set : wanted) {
    if (!ids.contains(set)) return absl::FailedPreconditionError(NoSuchSet(set.second).message());
  }
  return ids;
}

}  // namespace muster::store

#include "dashboard-api/ctl/keys.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/orders/key_set.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/secret_input.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {
namespace {

constexpr size_t kMinPassphrase = 8;

std::string HexId(const v1::OperatorKey& key) { return absl::BytesToHexString(key.id()); }

SecretSource PassphraseOf(const KeyFile& file, const std::string& prompt) {
  return {file.passphrase_file, "MUSTER_KEY_PASSPHRASE", prompt};
}

Table KeysTable(const google::protobuf::RepeatedPtrField<v1::OperatorKey>& keys) {
  Table table({"KEY", "NAME"}, 64);
  for (const v1::OperatorKey& key : keys) table.Add({{HexId(key)}, {key.name()}});
  return table;
}

// Tells people alone.
absl::Status Publish(Client& client, const v1::KeySet& set, const pki::SigningKey* signer,
                     Console& console) {
  if (auto checked = orders::CheckKeySet(set); !checked.ok()) return checked;
  v1::PublishKeySetRequest request;
  v1::SignedKeySet& signed_set = *request.mutable_signed_key_set();
  signed_set.set_key_set(set.SerializeAsString());
  if (signer != nullptr) {
    *signed_set.add_signatures() = orders::SignKeySet(*signer, signed_set.key_set());
  }
  v1::KeySet published;
  auto done = client.Call(&v1::KeyService::Stub::PublishKeySet, request, &published);
  if (done.ok()) {
    console.err << "key set " << published.serial() << " is in force, with "
                << published.keys_size() << (published.keys_size() == 1 ? " key\n" : " keys\n");
  }
  return done;
}

absl::Status PublishSigned(Client& client, const v1::KeySet& set, const KeyFile& sign_with,
                           Console& console) {
  auto signer = OpenKey(sign_with);
  if (!signer.ok()) return signer.status();
  if (auto done = Publish(client, set, &*signer, console); !done.ok()) return done;
  return WriteChange(set, "", KeysTable(set.keys()), console);
}

absl::StatusOr<v1::OperatorKey> ReadPublicFile(const std::string& path) {
  auto content = ReadSmallFile(path, 4096);
  if (!content.ok()) return content.status();
  std::string bytes;
  v1::OperatorKey key;
  if (!absl::Base64Unescape(absl::StripAsciiWhitespace(*content), &bytes) ||
      !key.ParseFromString(bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not a public key as `musterctl keys new` writes it (.pub)"));
  }
  return key;
}

}  // namespace

absl::StatusOr<pki::SigningKey> OpenKey(const KeyFile& file) {
  auto pem = ReadSmallFile(file.path, 64 * 1024);
  if (!pem.ok()) return pem.status();
  auto passphrase = ReadSecret(PassphraseOf(file, absl::StrCat("Passphrase of ", file.path, ": ")));
  if (!passphrase.ok()) return passphrase.status();
  return pki::SigningKey::FromPem(*pem, *passphrase);
}

absl::StatusOr<v1::KeySet> CurrentKeySet(Client& client) {
  v1::ListKeySetsResponse response;
  auto listed =
      client.Call(&v1::KeyService::Stub::ListKeySets, v1::ListKeySetsRequest(), &response);
  if (!listed.ok()) return listed;
  v1::KeySet set;
  // Each follows from the one before, or this server is not to be believed.
  for (const v1::SignedKeySet& next : response.key_sets()) {
    auto followed = orders::Follow(set.serial() == 0 ? nullptr : &set, next);
    if (!followed.ok()) return followed.status();
    set = *std::move(followed);
  }
  return set;
}

absl::Status NewKey(Client& client, const NewKeyOptions& options, Console& console) {
  const std::string& path = options.key.path;
  if (std::filesystem::exists(path)) {
    return absl::AlreadyExistsError(absl::StrCat(path, " is there already: name another file"));
  }
  auto passphrase = ReadNewSecret(PassphraseOf(options.key, "Passphrase for the new key: "));
  if (!passphrase.ok()) return passphrase.status();
  if (passphrase->size() < kMinPassphrase) {
    return absl::InvalidArgumentError("a passphrase has at least 8 characters");
  }
  auto current = CurrentKeySet(client);
  if (!current.ok()) return current.status();
  const pki::SigningKey key = pki::SigningKey::Generate();
  const v1::OperatorKey described = orders::DescribeKey(key, options.name);
  if (auto kept = ReplaceFileContent(path, key.ToPem(*passphrase), FileMode::kPrivate);
      !kept.ok()) {
    return kept;
  }
  auto kept = ReplaceFileContent(
      path + ".pub", absl::Base64Escape(described.SerializeAsString()) + "\n", FileMode::kShared);
  if (!kept.ok()) return kept;
  v1::KeySet first;
  first.set_serial(1);
  first.set_min_approvals(1);
  *first.add_keys() = described;
  auto written = WriteChange(described, absl::StrCat(HexId(described), "\n"),
                             KeysTable(first.keys()), console);
  if (!written.ok()) return written;
  console.out.flush();
  if (current->serial() != 0) {
    console.err << ForTerminal(path)
                << " is made. Somebody whose key is in force adds it: musterctl keys add "
                << ForTerminal(path) << ".pub --sign-with THEIR-KEY\n";
    return absl::OkStatus();
  }
  return Publish(client, first, nullptr, console);
}

absl::Status AddKey(Client& client, const AddKeyOptions& options, Console& console) {
  auto key = ReadPublicFile(options.public_file);
  if (!key.ok()) return key.status();
  auto set = CurrentKeySet(client);
  if (!set.ok()) return set.status();
  set->set_serial(set->serial() + 1);
  *set->add_keys() = *key;
  return PublishSigned(client, *set, options.sign_with, console);
}

absl::Status RevokeKey(Client& client, const RevokeKeyOptions& options, Console& console) {
  auto set = CurrentKeySet(client);
  if (!set.ok()) return set.status();
  auto& keys = *set->mutable_keys();
  const auto matches = [&](const v1::OperatorKey& key) {
    return absl::StartsWith(HexId(key), absl::AsciiStrToLower(options.id));
  };
  const auto count = std::count_if(keys.begin(), keys.end(), matches);
  if (count != 1) {
    return absl::NotFoundError(absl::StrCat(count, " keys in force begin with ", options.id,
                                            ": see `musterctl keys list`"));
  }
  keys.erase(std::find_if(keys.begin(), keys.end(), matches));
  set->set_serial(set->serial() + 1);
  set->set_min_approvals(
      std::min(set->min_approvals(), static_cast<uint32_t>(std::max(1, set->keys_size()))));
  return PublishSigned(client, *set, options.sign_with, console);
}

absl::Status RequireApprovals(Client& client, const RequireApprovalsOptions& options,
                              Console& console) {
  auto set = CurrentKeySet(client);
  if (!set.ok()) return set.status();
  set->set_serial(set->serial() + 1);
  set->set_min_approvals(options.approvals);
  return PublishSigned(client, *set, options.sign_with, console);
}

absl::Status ListKeys(Client& client, const NoOptions&, Console& console) {
  auto set = CurrentKeySet(client);
  if (!set.ok()) return set.status();
  return Write(*set, KeysTable(set->keys()), console,
               absl::StrCat("key set ", set->serial(), "; an order takes at least ",
                            std::max(1u, set->min_approvals()),
                            set->min_approvals() > 1 ? " signatures\n" : " signature\n"));
}

}  // namespace muster::ctl

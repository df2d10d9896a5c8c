// bench_catalogs: catalogs parsed and verified per second, against OpenSSL's own verification of
// the same bytes in the same run. Exit 1 below the target ratio.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/catalog.h"
#include "common/servicing/catalog/verification.h"
#include "tests/bench/catalog/openssl_baseline.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/files.h"

namespace muster::bench {
namespace {

using testdata::CatalogSpec;

// Signed catalogs, real ones where they are at hand, and made ones of each kind of timestamp.
std::vector<std::string> Catalogs(int made) {
  std::vector<std::string> catalogs;
  if (const auto data = testdata::SharedData()) {
    for (const auto& entry : std::filesystem::directory_iterator(*data / "cat")) {
      if (entry.path().extension() != ".cat") continue;
      std::string bytes = testdata::ReadFile(entry.path()).value_or("");
      if (OpenSslVerifies(bytes)) catalogs.push_back(std::move(bytes));
    }
  }
  std::printf("%zu real signed catalogs, ", catalogs.size());
  for (int i = 0; i < made; ++i) {
    CatalogSpec spec;
    for (int member = 0; member < 1 + i % 12; ++member) {
      spec.members.push_back(absl::StrCat("catalog ", i, " member ", member));
    }
    if (i % 5 == 0) {
      spec.digest = "sha256";
      spec.timestamp = CatalogSpec::Timestamp::kRfc3161;
    }
    catalogs.push_back(testdata::MakeCatalog(testdata::Authority::OfProcess(), spec));
  }
  std::printf("%d made ones\n", made);
  return catalogs;
}

struct Contender {
  const char* name;
  std::function<bool(absl::string_view)> verify;
  double best_per_second = 0;
  size_t verified = 0;
};

void Run(Contender& contender, const std::vector<std::string>& catalogs, double seconds) {
  const auto start = std::chrono::steady_clock::now();
  std::chrono::duration<double> elapsed{};
  size_t rounds = 0;
  do {
    contender.verified = 0;
    for (const std::string& catalog : catalogs) contender.verified += contender.verify(catalog);
    ++rounds;
    elapsed = std::chrono::steady_clock::now() - start;
  } while (elapsed.count() < seconds);
  contender.best_per_second = std::max(
      contender.best_per_second, static_cast<double>(rounds * catalogs.size()) / elapsed.count());
}

bool Holds(const absl::StatusOr<servicing::Catalog>& catalog) {
  return servicing::Verify(catalog, {}).signature_class ==
         servicing::SignatureClass::kValidTimestamped;
}

int Main(int made, double seconds, double target) {
  const std::vector<std::string> catalogs = Catalogs(made);
  servicing::CatalogReader reader;
  Contender contenders[] = {
      {"muster, one reader for all", [&](absl::string_view c) { return Holds(reader.Read(c)); }},
      {"muster, each catalog alone",
       [](absl::string_view c) { return Holds(servicing::ParseCatalog(c)); }},
      {"openssl, signature", OpenSslVerifies},
      {"openssl, signature and timestamp", OpenSslVerifiesWithTimestamp},
  };
  // Interleaved, so that a busy moment of the machine does not fall on one alone.
  for (int round = 0; round < 3; ++round) {
    for (Contender& contender : contenders) Run(contender, catalogs, seconds);
  }
  for (const Contender& contender : contenders) {
    std::printf("%-34s %9.0f catalogs/s  (%zu of %zu verify)\n", contender.name,
                contender.best_per_second, contender.verified, catalogs.size());
  }
  const double ratio = contenders[0].best_per_second / contenders[2].best_per_second;
  std::printf(
      "ratio %.2f against the signature alone (target %.2f); %.2f against signature and "
      "timestamp; each catalog alone %.2f and %.2f\n",
      ratio, target, contenders[0].best_per_second / contenders[3].best_per_second,
      contenders[1].best_per_second / contenders[2].best_per_second,
      contenders[1].best_per_second / contenders[3].best_per_second);
  if (contenders[0].verified != catalogs.size()) {
    std::printf("FAILED: not every catalog verified\n");
    return 1;
  }
  return ratio >= target ? 0 : 1;
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
  int made = 200;
  double seconds = 1.0;
  double target = 0.9;
  CLI::App app(
      "Catalogs verified per second: Muster's reader, which also reads members, chains and "
      "timestamps, against OpenSSL's check of the signature.");
  app.add_option("--made", made, "Catalogs to make besides the real ones")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seconds", seconds, "Per contender and round; three rounds")
      ->capture_default_str();
  app.add_option("--target", target, "Least ratio to OpenSSL's rate")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return muster::bench::Main(made, seconds, target);
}

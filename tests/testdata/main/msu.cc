// muster-testmsu: writes an update package for tests and demonstrations. Nothing is in it that Windows would install.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/time/clock.h"
#include "tests/testdata/authority.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/msu_maker.h"

int main(int argc, char** argv) {
  using namespace muster::testdata;
  std::string folder;
  MsuSpec spec;
  bool lapses = false;
  CLI::App app("Writes an update package (.msu) with catalogs that a test authority signs.");
  app.add_option("--out", folder, "Folder to write to; made where it is missing")->required();
  app.add_option("--kb", spec.kb, "The update's KB")->capture_default_str();
  app.add_option("--arch", spec.architecture, "x64 or x86")->capture_default_str();
  app.add_flag("--lapses", lapses, "Without a timestamp, by a certificate that ends in a week");
  CLI11_PARSE(app, argc, argv);

  CatalogSpec catalog;
  if (lapses) {
    catalog.timestamp = CatalogSpec::Timestamp::kNone;
    catalog.signer_not_after =
        absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now() + absl::Hours(7 * 24)));
  }
  spec.catalog = MakeCatalog(Authority::OfProcess(), catalog);
  std::filesystem::create_directories(folder);
  const std::filesystem::path file = std::filesystem::path(folder) / MsuName(spec);
  std::ofstream out(file, std::ios::binary);
  out << MakeMsu(spec);
  out.close();
  if (!out) {
    std::cerr << "writing " << file.string() << " failed\n";
    return 2;
  }
  std::cout << file.string() << "\n";
  return 0;
}

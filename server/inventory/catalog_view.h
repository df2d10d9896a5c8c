// Distinct catalogs and their signers, selected, ordered and paged. Pure: who holds what comes from
// the database.
#ifndef MUSTER_SERVER_INVENTORY_CATALOG_VIEW_H_
#define MUSTER_SERVER_INVENTORY_CATALOG_VIEW_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/v1/overview.pb.h"
#include "server/inventory/filter.h"

namespace muster::inventory {

// One catalog file, and the sets that hold it.
struct HeldCatalog {
  v1::Catalog catalog;
  std::string kb;  // by its path
  int64_t machines = 0;
  std::vector<int> sets;
};

// All catalogs that machines hold now.
struct CatalogHoldings {
  std::vector<HeldCatalog> catalogs;
  std::map<int, int64_t> machines;  // by set
};

// The KB that a catalog's path names, "KB2705219"; empty where it names none.
std::string KbOfPath(const std::string& path);

// The fields of ListCatalogsRequest.filter.
const std::vector<FieldSchema>& CatalogFields();

v1::CatalogHolding ToHolding(const HeldCatalog& held);
// INVALID_ARGUMENT names the field.
absl::StatusOr<v1::ListCatalogsResponse> ListCatalogs(const CatalogHoldings& holdings,
                                                      const v1::ListCatalogsRequest& request);
absl::StatusOr<v1::ListSignersResponse> ListSigners(const CatalogHoldings& holdings,
                                                    const v1::ListSignersRequest& request);

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_CATALOG_VIEW_H_

// The API's description in OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), made from the descriptors
// and the comments of the protos.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_H_

#include <string>

#include "dashboard-api/transcoder/routes.h"

namespace muster::transcoder {

// A JSON document with line breaks, always the same for the same descriptors.
std::string OpenApiDocument(const RouteTable& routes);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_H_

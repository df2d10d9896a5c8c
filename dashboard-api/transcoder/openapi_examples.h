// Examples of the main messages for the API's description.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_EXAMPLES_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_EXAMPLES_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>

namespace muster::transcoder {

// As JSON; nothing where there is no example.
std::optional<std::string> ExampleOf(const google::protobuf::Descriptor& message);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_EXAMPLES_H_

// Messages as JSON, by protobuf's JSON mapping (protobuf.dev/programming-guides/proto3, "JSON
// Mapping"): lowerCamelCase names, enums by name, 64-bit integers as strings, bytes as base64.
// Fields that have no presence are written though they have their default, so that a reader needs
// no guesswork; messages, oneofs and optional fields are left out where they are not set. Written
// by reflection, because protobuf 3.21's own printer resolves every type anew at every call. Pure.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_JSON_WRITER_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_JSON_WRITER_H_

#include <google/protobuf/message.h>

#include <string>

#include "common/json_string.h"
#include "dashboard-api/transcoder/field_tree.h"

namespace muster::transcoder {

// Appends the selected fields of a message. Of the well-known types, Timestamp, Duration, FieldMask
// and Empty are known; maps, Any, Struct and wrappers are not, since no answer has them (a test
// looks).
void AppendJson(const google::protobuf::Message& message, const FieldTree& fields,
                std::string& out);

// Whether the type is written as a string: Timestamp, Duration, FieldMask.
bool IsTextType(const google::protobuf::Descriptor& type);
// Such a message's text, without quotes.
std::string TextOf(const google::protobuf::Message& message);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_JSON_WRITER_H_

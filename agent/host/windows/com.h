// COM's lifetimes: the apartment of a worker thread, interface pointers, strings, variants.
#ifndef MUSTER_AGENT_HOST_WINDOWS_COM_H_
#define MUSTER_AGENT_HOST_WINDOWS_COM_H_

#include <windows.h>
// Behind windows.h.
#include <oleauto.h>

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"
#include "agent/host/text.h"
#include "agent/host/windows/text.h"

namespace muster::host {

// The multithreaded apartment, for as long as this lives. One per worker thread.
class ComApartment {
 public:
  ComApartment() : hresult_(CoInitializeEx(nullptr, COINIT_MULTITHREADED)) {}
  ~ComApartment() {
    if (SUCCEEDED(hresult_)) CoUninitialize();
  }
  ComApartment(const ComApartment&) = delete;
  ComApartment& operator=(const ComApartment&) = delete;

  HRESULT hresult() const { return hresult_; }

 private:
  const HRESULT hresult_;
};

// Owns one reference. Must be gone before the thread's apartment is.
template <typename T>
class ComPtr {
 public:
  ComPtr() = default;
  ~ComPtr() { Reset(); }
  ComPtr(const ComPtr&) = delete;
  ComPtr& operator=(const ComPtr&) = delete;

  T* get() const { return pointer_; }
  T* operator->() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }
  // Where a function writes a new reference to; drops the one that is here.
  T** Receive() {
    Reset();
    return &pointer_;
  }
  void** ReceiveVoid() { return reinterpret_cast<void**>(Receive()); }

 private:
  void Reset() {
    if (pointer_ != nullptr) pointer_->Release();
    pointer_ = nullptr;
  }
  T* pointer_ = nullptr;
};

// A BSTR as UTF-8, cut at 8 KiB: thousands of rows have texts, and none of them is long. "" of
// null.
inline std::string BoundedUtf8(BSTR text) {
  constexpr size_t kMaxBytes = 8 * 1024;
  if (text == nullptr) return "";
  const std::wstring_view wide(text, SysStringLen(text));
  return ValidUtf8(Utf8Of(wide.substr(0, kMaxBytes)), kMaxBytes);
}

// Owns a BSTR, null at first.
class ComString {
 public:
  ComString() = default;
  explicit ComString(absl::string_view text) : text_(SysAllocString(WideOf(text).c_str())) {}
  ~ComString() { SysFreeString(text_); }
  ComString(const ComString&) = delete;
  ComString& operator=(const ComString&) = delete;

  BSTR get() const { return text_; }
  BSTR* Receive() {
    SysFreeString(text_);
    text_ = nullptr;
    return &text_;
  }
  std::string ToUtf8() const { return BoundedUtf8(text_); }

 private:
  BSTR text_ = nullptr;
};

// Owns a VARIANT, empty at first.
class ComVariant {
 public:
  ComVariant() { VariantInit(&value_); }
  ~ComVariant() { VariantClear(&value_); }
  ComVariant(const ComVariant&) = delete;
  ComVariant& operator=(const ComVariant&) = delete;

  VARIANT* Receive() {
    VariantClear(&value_);
    return &value_;
  }
  // As BoundedUtf8; "" where it holds no string.
  std::string TextOrEmpty() const {
    return value_.vt == VT_BSTR ? BoundedUtf8(value_.bstrVal) : "";
  }

 private:
  VARIANT value_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_COM_H_

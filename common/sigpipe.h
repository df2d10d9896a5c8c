// For threads that write to sockets through libraries.
#ifndef MUSTER_COMMON_SIGPIPE_H_
#define MUSTER_COMMON_SIGPIPE_H_

namespace muster {

// Of the calling thread: a connection that is closed while OpenSSL writes to it must not end the
// process.
void BlockSigpipe();

}  // namespace muster

#endif  // MUSTER_COMMON_SIGPIPE_H_

// A TCP port for a program that is told its port when it starts.
#ifndef MUSTER_TESTS_TESTDATA_FREE_PORT_H_
#define MUSTER_TESTS_TESTDATA_FREE_PORT_H_

namespace muster::testdata {

// Of the loopback, free now; nothing keeps it free.
int FreePort();

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_FREE_PORT_H_

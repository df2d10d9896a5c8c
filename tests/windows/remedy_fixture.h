// Orders on a running Windows: the service under Wine, a stand-in for wusa.exe, the real server and
// musterctl.
#ifndef MUSTER_TESTS_WINDOWS_REMEDY_FIXTURE_H_
#define MUSTER_TESTS_WINDOWS_REMEDY_FIXTURE_H_

#include <functional>
#include <string>

#include "tests/windows/wine_fixture.h"

namespace muster::integration {

// One machine, PC1, AFFECTED and in sync; a key; the update at the server.
class RemedyTest : public WineTest {
 protected:
  void SetUp() override;

  std::string Key() { return (folder_ / "operator.key").string(); }
  std::filesystem::path Msu() const { return folder_ / "Windows6.1-KB2749655-x64.msu"; }
  Ran Ctl(const std::string& line);
  // What the stand-in does when it is started (tests/windows/stand_in).
  void Behave(const std::string& lines);
  // As KB2749655 leaves the machine: its package is installed.
  std::string Installs();
  // `wusa.exe stand_in …` as a command line.
  static std::string StandIn(const std::string& does);
  // A campaign for the machine, started. Its name. `flags` are more of `campaigns create`.
  std::string Launch(const std::string& flags = "");
  // Until it ends or pauses.
  Ran Watch(const std::string& campaign);
  // How often the stand-in was started; by itself, too.
  int Runs();

  // Fails the test where it does not come to hold within a minute.
  static void Await(const char* what, const std::function<bool()>& holds);
};

}  // namespace muster::integration

#endif  // MUSTER_TESTS_WINDOWS_REMEDY_FIXTURE_H_

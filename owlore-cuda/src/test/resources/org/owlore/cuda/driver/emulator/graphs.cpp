// The emulated driver's graphs: work that is kept and can be asked for again.
#include <set>
#include "emulator.h"

namespace {
struct Graph { std::vector<Work> work; };

std::set<Graph*> graphs;
Graph* captured = nullptr;
int launches = 0;

Graph* added(Graph* graph) {
  graphs.insert(graph);
  emulator_note(1);
  return graph;
}

int removed(Graph* graph) {
  if (graphs.erase(graph) == 0) return INVALID_HANDLE;
  emulator_note(-1);
  delete graph;
  return OK;
}
}  // namespace

extern "C" {
// What tests ask.
int emulator_graph_launches() { return launches; }

int cuStreamBeginCapture_v2(void*, int mode) {
  if (emulator_state() || captured || mode < 0 || mode > 2) return emulator_state() ? emulator_state() : INVALID_VALUE;
  captured = added(new Graph);
  emulator_record(&captured->work);
  return OK;
}
int cuStreamEndCapture(void*, Graph** graph) {
  if (!captured) return INVALID_VALUE;
  emulator_record(nullptr);
  *graph = captured;
  captured = nullptr;
  return OK;
}
int cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long flags) {
  if (!graphs.count(graph) || flags) return INVALID_VALUE;
  *executable = added(new Graph(*graph));
  return OK;
}
int cuGraphLaunch(Graph* executable, void* stream) {
  if (!graphs.count(executable)) return INVALID_HANDLE;
  for (const Work& work : executable->work) {
    if (const int failure = emulator_enqueue(stream, work)) return failure;
  }
  launches++;
  return OK;
}
int cuGraphExecDestroy(Graph* executable) { return removed(executable); }
int cuGraphDestroy(Graph* graph) { return removed(graph); }
}

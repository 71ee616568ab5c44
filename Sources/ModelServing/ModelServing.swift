// The shell of the language engine: the only place that talks to a model server.

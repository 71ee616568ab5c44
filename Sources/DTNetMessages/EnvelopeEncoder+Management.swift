internal import CDTNetMessages
internal import NetworkModel

/// Bodies of twin management.
extension EnvelopeEncoder {
    func fillManagement(_ message: inout Dtnet__V1__Envelope, _ body: Body) {
        switch body {
        case .trainOrder(let value):
            message.train_order = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_TRAIN_ORDER
        case .twinStatus(let value):
            message.twin_status = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_TWIN_STATUS
        case .clarify(let value):
            message.clarify = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_CLARIFY
        case .clarification(let value):
            message.clarification = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_CLARIFICATION
        case .alarm(let value):
            message.alarm = pack(value)
            message.body_case = DTNET__V1__ENVELOPE__BODY_ALARM
        default: preconditionFailure("not a body of twin management")
        }
    }

    private func pack(_ value: TrainOrder) -> UnsafeMutablePointer<Dtnet__V1__TrainOrder>? {
        arena.make(Dtnet__V1__TrainOrder.self) { message in
            dtnet__v1__train_order__init(message)
            message.pointee.order = value.order
            message.pointee.engine = value.engine.rawValue
            message.pointee.kind = value.kind.rawValue
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.name = arena.copy(value.name)
            message.pointee.value = value.value
            message.pointee.radius_m = value.radiusMetres
            message.pointee.x_m = value.xMetres
            message.pointee.y_m = value.yMetres
        }
    }

    private func pack(_ value: TwinStatus) -> UnsafeMutablePointer<Dtnet__V1__TwinStatus>? {
        arena.make(Dtnet__V1__TwinStatus.self) { message in
            dtnet__v1__twin_status__init(message)
            message.pointee.engine = value.engine.rawValue
            message.pointee.order = value.order
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_phase = value.phase.count
            message.pointee.phase = arena.copy(value.phase.map(\.rawValue))
            message.pointee.n_error = value.error.count
            message.pointee.error = arena.copy(value.error)
            message.pointee.n_usual_error = value.usualError.count
            message.pointee.usual_error = arena.copy(value.usualError)
            message.pointee.n_samples = value.samples.count
            message.pointee.samples = arena.copy(value.samples)
            message.pointee.n_worst_x_m = value.worstX.count
            message.pointee.worst_x_m = arena.copy(value.worstX)
            message.pointee.n_worst_y_m = value.worstY.count
            message.pointee.worst_y_m = arena.copy(value.worstY)
            message.pointee.n_worst_error = value.worstError.count
            message.pointee.worst_error = arena.copy(value.worstError)
            fillConditions(&message.pointee, value)
        }
    }

    private func fillConditions(_ message: inout Dtnet__V1__TwinStatus, _ value: TwinStatus) {
        message.n_error_before = value.errorBefore.count
        message.error_before = arena.copy(value.errorBefore)
        message.n_mobility = value.mobility.count
        message.mobility = arena.copy(value.mobility)
        message.n_model_mobility = value.modelMobility.count
        message.model_mobility = arena.copy(value.modelMobility)
        message.n_condition_before = value.conditionBefore.count
        message.condition_before = arena.copy(value.conditionBefore)
        message.n_condition_after = value.conditionAfter.count
        message.condition_after = arena.copy(value.conditionAfter)
        message.n_condition_readings = value.conditionReadings.count
        message.condition_readings = arena.copy(value.conditionReadings)
        message.n_snapshots = value.snapshots.count
        message.snapshots = arena.copy(value.snapshots)
        message.n_last_order = value.lastOrder.count
        message.last_order = arena.copy(value.lastOrder)
        message.n_last_kind = value.lastKind.count
        message.last_kind = arena.copy(value.lastKind)
        message.n_order_age_epochs = value.orderAgeEpochs.count
        message.order_age_epochs = arena.copy(value.orderAgeEpochs)
        message.n_order_before = value.orderBefore.count
        message.order_before = arena.copy(value.orderBefore)
        message.n_order_after = value.orderAfter.count
        message.order_after = arena.copy(value.orderAfter)
        message.n_weather = value.weather.count
        message.weather = arena.copy(value.weather)
        message.n_model_weather = value.modelWeather.count
        message.model_weather = arena.copy(value.modelWeather)
    }

    private func pack(_ value: Alarm) -> UnsafeMutablePointer<Dtnet__V1__Alarm>? {
        arena.make(Dtnet__V1__Alarm.self) { message in
            dtnet__v1__alarm__init(message)
            message.pointee.code = Dtnet__V1__Alarm__Code(rawValue: value.code.rawValue)
            message.pointee.severity = Dtnet__V1__Alarm__Severity(rawValue: value.severity.rawValue)
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.raised_epoch = value.raisedEpoch
            message.pointee.count = value.count
            message.pointee.text = arena.copy(value.text)
        }
    }

    private func pack(_ value: Clarify) -> UnsafeMutablePointer<Dtnet__V1__Clarify>? {
        arena.make(Dtnet__V1__Clarify.self) { message in
            dtnet__v1__clarify__init(message)
            message.pointee.question = value.question
            message.pointee.engine = value.engine.rawValue
            message.pointee.cell_id = value.cell
        }
    }

    private func pack(_ value: Clarification) -> UnsafeMutablePointer<Dtnet__V1__Clarification>? {
        arena.make(Dtnet__V1__Clarification.self) { message in
            dtnet__v1__clarification__init(message)
            message.pointee.question = value.question
            message.pointee.engine = value.engine.rawValue
            message.pointee.cell_id = value.cell
            message.pointee.text = arena.copy(value.text)
        }
    }
}

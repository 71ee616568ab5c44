internal import CDTNetMessages
internal import NetworkModel

/// Bodies of twin management.
extension EnvelopeDecoder {
    static func managementBody(_ message: Dtnet__V1__Envelope) throws(MessageError) -> Body {
        switch message.body_case {
        case DTNET__V1__ENVELOPE__BODY_TRAIN_ORDER:
            return .trainOrder(try MessageCheck.checked(try unpack(message.train_order.pointee)))
        case DTNET__V1__ENVELOPE__BODY_TWIN_STATUS:
            return .twinStatus(try MessageCheck.checked(try unpack(message.twin_status.pointee)))
        case DTNET__V1__ENVELOPE__BODY_CLARIFY:
            let body = message.clarify.pointee
            return .clarify(
                Clarify(question: body.question, engine: try engine(body.engine), cell: body.cell_id))
        case DTNET__V1__ENVELOPE__BODY_CLARIFICATION:
            let body = message.clarification.pointee
            return .clarification(
                Clarification(
                    question: body.question, engine: try engine(body.engine), cell: body.cell_id,
                    text: try text(body.text, "text")))
        case DTNET__V1__ENVELOPE__BODY_ALARM:
            return .alarm(try MessageCheck.checked(try unpack(message.alarm.pointee)))
        default: throw .noBody
        }
    }

    private static func engine(_ raw: UInt32) throws(MessageError) -> TwinEngine {
        guard let engine = TwinEngine(rawValue: raw) else { throw .range(field: "engine") }
        return engine
    }

    private static func unpack(_ message: Dtnet__V1__Alarm) throws(MessageError) -> Alarm {
        guard let code = AlarmCode(rawValue: UInt32(message.code.rawValue)) else { throw .range(field: "code") }
        guard let severity = AlarmSeverity(rawValue: UInt32(message.severity.rawValue)) else {
            throw .range(field: "severity")
        }
        return Alarm(
            code: code, severity: severity, cell: array(message.cell_id, message.n_cell_id),
            raisedEpoch: message.raised_epoch, count: message.count, text: try text(message.text, "text"))
    }

    private static func unpack(_ message: Dtnet__V1__TrainOrder) throws(MessageError) -> TrainOrder {
        var value = TrainOrder()
        value.order = message.order
        value.engine = try engine(message.engine)
        guard let kind = TrainKind(rawValue: message.kind) else { throw .range(field: "kind") }
        value.kind = kind
        value.cell = array(message.cell_id, message.n_cell_id)
        value.name = try text(message.name, "name")
        value.value = message.value
        value.radiusMetres = message.radius_m
        value.xMetres = message.x_m
        value.yMetres = message.y_m
        return value
    }

    private static func unpack(_ message: Dtnet__V1__TwinStatus) throws(MessageError) -> TwinStatus {
        var value = TwinStatus()
        value.engine = try engine(message.engine)
        value.order = message.order
        value.cell = array(message.cell_id, message.n_cell_id)
        for raw in array(message.phase, message.n_phase) {
            guard let phase = TwinPhase(rawValue: raw) else { throw .range(field: "phase") }
            value.phase.append(phase)
        }
        value.error = array(message.error, message.n_error)
        value.usualError = array(message.usual_error, message.n_usual_error)
        value.samples = array(message.samples, message.n_samples)
        value.worstX = array(message.worst_x_m, message.n_worst_x_m)
        value.worstY = array(message.worst_y_m, message.n_worst_y_m)
        value.worstError = array(message.worst_error, message.n_worst_error)
        value.errorBefore = array(message.error_before, message.n_error_before)
        value.mobility = array(message.mobility, message.n_mobility)
        value.modelMobility = array(message.model_mobility, message.n_model_mobility)
        value.conditionBefore = array(message.condition_before, message.n_condition_before)
        value.conditionAfter = array(message.condition_after, message.n_condition_after)
        value.conditionReadings = array(message.condition_readings, message.n_condition_readings)
        value.snapshots = array(message.snapshots, message.n_snapshots)
        value.lastOrder = array(message.last_order, message.n_last_order)
        value.lastKind = array(message.last_kind, message.n_last_kind)
        value.orderAgeEpochs = array(message.order_age_epochs, message.n_order_age_epochs)
        value.orderBefore = array(message.order_before, message.n_order_before)
        value.orderAfter = array(message.order_after, message.n_order_after)
        value.weather = array(message.weather, message.n_weather)
        value.modelWeather = array(message.model_weather, message.n_model_weather)
        return value
    }
}

advanced_event_selector {
  name = "a \"b\" 'c' \\ $${d} %%{e} $\u0024{f}: {{g}} #h é"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field  = "eventName"
    equals = ["CreateUser"]
  }
}

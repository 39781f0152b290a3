package dev.twincast.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips the test where a tool is missing, and says which; fails it instead if the environment has
 * {@code TWINCAST_SYSTEM_TESTS=required}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Needs.Condition.class)
@interface Needs {
  Tool[] value();

  /** Looks for each tool once. */
  final class Condition implements ExecutionCondition {
    private static final Map<Tool, Boolean> FOUND = new EnumMap<>(Tool.class); // guarded by itself

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
          .map(needs -> evaluate(needs.value()))
          .orElse(ConditionEvaluationResult.enabled("needs no tool"));
    }

    private static ConditionEvaluationResult evaluate(Tool... tools) {
      String missing =
          Arrays.stream(tools)
              .filter(tool -> !isThere(tool))
              .map(Tool::toString)
              .collect(Collectors.joining("; "));
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("every tool is there");
      }
      if ("required".equals(System.getenv("TWINCAST_SYSTEM_TESTS"))) {
        throw new AssertionError("this machine lacks " + missing);
      }
      return ConditionEvaluationResult.disabled("this machine lacks " + missing);
    }

    private static boolean isThere(Tool tool) {
      synchronized (FOUND) {
        return FOUND.computeIfAbsent(tool, Tool::isThere);
      }
    }
  }
}

package dev.phaseline.worker.interleaving;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A class loader that makes a step of each access to shared memory: volatile fields,
/// compare-and-set, locks, concurrent queues, sets and numbers, interrupts, parking. The classes
/// that it rewrites are those that run in production, as they were compiled; so what is searched
/// can't drift away from what is shipped. For one thread.
public final class SteppedClasses extends ClassLoader {
  private static final ClassDesc STEPS = ClassDesc.of(Steps.class.getName());
  private static final ClassDesc VAR_HANDLE = ClassDesc.of("java.lang.invoke.VarHandle");
  private static final Set<String> THREAD = Set.of("start", "interrupt", "interrupted");
  private static final Set<String> COLLECTIONS = Set.of("java.util.Queue", "java.util.Set");

  private final Predicate<String> own;
  private final Predicate<String> stepped;
  private final @Nullable Path replaced;
  private final Map<String, ClassModel> models = new HashMap<>();
  private final Set<String> known = new HashSet<>();

  /// @param own which classes are defined here, by name
  /// @param stepped which of them are rewritten
  /// @param replaced where changed classes are looked for first; null for nowhere
  public SteppedClasses(Predicate<String> own, Predicate<String> stepped, @Nullable Path replaced) {
    super(SteppedClasses.class.getClassLoader());
    this.own = own;
    this.stepped = stepped;
    this.replaced = replaced;
    for (var method : Steps.class.getMethods()) {
      var type = Arrays.stream(method.getParameterTypes()).map(Class::descriptorString).toList();
      known.add(method.getName() + String.join("", type));
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!own.test(name)) return super.loadClass(name, resolve);
    synchronized (getClassLoadingLock(name)) {
      var loaded = findLoadedClass(name);
      if (loaded != null) return loaded;
      var bytes = stepped.test(name) ? rewritten(name) : bytes(name);
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private byte[] bytes(String name) {
    var file = name.replace('.', '/') + ".class";
    try {
      if (replaced != null && Files.exists(replaced.resolve(file))) {
        return Files.readAllBytes(replaced.resolve(file));
      }
      try (var in = getParent().getResourceAsStream(file)) {
        if (in == null) throw new IllegalStateException("no class " + name);
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private ClassModel model(String name) {
    return models.computeIfAbsent(name, n -> ClassFile.of().parse(bytes(n)));
  }

  private byte[] rewritten(String name) {
    var hierarchy =
        ClassHierarchyResolver.ofResourceParsing(getParent())
            .orElse(ClassHierarchyResolver.defaultResolver());
    var file = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
    return file.transformClass(
        model(name),
        (builder, element) -> {
          if (element instanceof MethodModel method) rewrite(method, builder::with, builder);
          else builder.with(element);
        });
  }

  private void rewrite(
      MethodModel method,
      java.util.function.Consumer<ClassElement> asIs,
      java.lang.classfile.ClassBuilder builder) {
    var code = method.code();
    // what is being made is not shared yet
    if (code.isEmpty() || method.methodName().stringValue().startsWith("<")) {
      asIs.accept(method);
      return;
    }
    var locks = method.flags().has(AccessFlag.SYNCHRONIZED);
    var flags = method.flags().flagsMask() & ~AccessFlag.SYNCHRONIZED.mask();
    builder.withMethod(
        method.methodName(),
        method.methodType(),
        flags,
        body -> {
          for (var part : method) {
            if (part instanceof CodeModel its) body.transformCode(its, new Stepping(locks));
            else if (!(part instanceof java.lang.classfile.AccessFlags)) body.with(part);
          }
        });
  }

  private Optional<AccessFlags> flags(FieldInstruction access) {
    var owner = access.owner().asInternalName().replace('/', '.');
    if (!stepped.test(owner)) return Optional.empty();
    for (var field : model(owner).fields()) {
      if (!field.fieldName().equalsString(access.name().stringValue())) continue;
      return Optional.of(
          new AccessFlags(
              field.flags().has(AccessFlag.VOLATILE), field.flags().has(AccessFlag.FINAL)));
    }
    return Optional.empty();
  }

  private record AccessFlags(boolean isVolatile, boolean isFinal) {}

  private static String key(String owner, String name) {
    return owner.substring(owner.lastIndexOf('/') + 1) + '.' + name;
  }

  /// Rewrites the code of one method.
  private final class Stepping implements CodeTransform {
    private final boolean locks;
    private String handle = "";
    private String handleOwner = "";

    Stepping(boolean locks) {
      this.locks = locks;
    }

    @Override
    public void atStart(CodeBuilder to) {
      if (locks) call(to.aload(0), "enter", CD_void, CD_Object);
    }

    @Override
    public void accept(CodeBuilder to, CodeElement element) {
      switch (element) {
        case FieldInstruction access -> field(to, access);
        case InvokeInstruction call -> invoke(to, call);
        case MonitorInstruction lock ->
            call(to, lock.opcode() == Opcode.MONITORENTER ? "enter" : "exit", CD_void, CD_Object);
        case ReturnInstruction end -> {
          if (locks) call(to.aload(0), "exit", CD_void, CD_Object);
          to.with(end);
        }
        default -> to.with(element);
      }
    }

    private void field(CodeBuilder to, FieldInstruction access) {
      if (access.typeSymbol().equals(VAR_HANDLE)) {
        handle = access.name().stringValue().toLowerCase(java.util.Locale.ROOT);
        handleOwner = access.owner().asInternalName();
      }
      var flags = flags(access);
      if (flags.isEmpty() || flags.get().isFinal()) {
        to.with(access);
        return;
      }
      var key = key(access.owner().asInternalName(), access.name().stringValue());
      var type = type(access.typeSymbol());
      if (access.opcode() == Opcode.GETFIELD) {
        if (flags.get().isVolatile()) {
          call(to.ldc(key), "reads", CD_void, CD_String);
        }
        to.with(access);
        copy(to, type);
        call(to.ldc(key), "saw", CD_void, type, CD_String);
      } else {
        copy(to, type);
        var how = flags.get().isVolatile() ? "writes" : "notes";
        call(to.ldc(key), how, CD_void, type, CD_String);
        to.with(access);
      }
    }

    private static void copy(CodeBuilder to, ClassDesc type) {
      if (type.equals(CD_long)) to.dup2();
      else to.dup();
    }

    private static ClassDesc type(ClassDesc declared) {
      if (declared.equals(CD_long)) return declared;
      return declared.isPrimitive() ? CD_int : CD_Object;
    }

    private void invoke(CodeBuilder to, InvokeInstruction call) {
      var owner = call.owner().asSymbol();
      var name = call.name().stringValue();
      var dotted = call.owner().asInternalName().replace('/', '.');
      if (owner.equals(VAR_HANDLE)) {
        swap(to, call);
        return;
      }
      if (!isShared(dotted, name) || call.opcode() == Opcode.INVOKESPECIAL) {
        to.with(call);
        return;
      }
      var type = call.typeSymbol();
      if (call.opcode() != Opcode.INVOKESTATIC) type = type.insertParameterTypes(0, owner);
      var descriptors = type.parameterList().stream().map(ClassDesc::descriptorString).toList();
      if (!known.contains(name + String.join("", descriptors))) {
        throw new IllegalStateException(
            "Steps has nothing for " + dotted + '.' + name + type.displayDescriptor());
      }
      to.invokestatic(STEPS, name, type);
    }

    /// The one way in which variable handles are used: (object, int, int), and whether it was done.
    private void swap(CodeBuilder to, InvokeInstruction call) {
      if (!call.typeSymbol().displayDescriptor().endsWith(",int,int)boolean")) {
        throw new IllegalStateException("not known of variable handles: " + call);
      }
      var target = to.allocateLocal(TypeKind.REFERENCE);
      var before = to.allocateLocal(TypeKind.INT);
      var after = to.allocateLocal(TypeKind.INT);
      to.istore(after).istore(before).astore(target);
      call(to.ldc(key(handleOwner, handle)), "swaps", CD_void, CD_String);
      to.aload(target).iload(before).iload(after).with(call).aload(target).iload(after);
      call(to, "swapped", CD_boolean, CD_boolean, CD_Object, CD_int);
    }

    private static boolean isShared(String owner, String name) {
      return switch (owner) {
        case "java.lang.Thread" -> THREAD.contains(name);
        case "java.lang.System" -> name.equals("nanoTime");
        case "java.lang.Thread$Builder", "java.lang.Thread$Builder$OfVirtual" ->
            name.equals("unstarted");
        default ->
            COLLECTIONS.contains(owner)
                || (owner.startsWith("java.util.concurrent.")
                    && !owner.equals("java.util.concurrent.ConcurrentHashMap"));
      };
    }

    private static void call(CodeBuilder to, String name, ClassDesc result, ClassDesc... types) {
      to.invokestatic(STEPS, name, MethodTypeDesc.of(result, types));
    }
  }
}

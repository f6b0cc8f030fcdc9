<?php
/**
 * The page under Settings: what it shows and what it is sent.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Receives the form, asks the server, saves. Settings_Form draws it.
 */
final class Settings_Page {

	const SLUG       = 'buttond-sharing-bar';
	const NONCE      = 'buttond_sharing_bar_settings';
	const CAPABILITY = 'manage_options';

	/**
	 * What was typed and not saved, with what is wrong with it; empty where the form shows what is stored.
	 *
	 * @var array
	 */
	private static $refused = array();

	/**
	 * Hooks the page in.
	 */
	public static function hooks() {
		add_action( 'admin_menu', array( __CLASS__, 'add' ) );
		add_action( 'wp_ajax_buttond_sharing_bar_check', array( __CLASS__, 'answer_check' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( BUTTOND_SHARING_BAR_FILE ), array( __CLASS__, 'add_link' ) );
	}

	/**
	 * Adds the page to the menu.
	 */
	public static function add() {
		$page = add_options_page(
			__( 'Sharing Bar Settings', 'buttond-sharing-bar' ),
			__( 'Sharing Bar', 'buttond-sharing-bar' ),
			self::CAPABILITY,
			self::SLUG,
			array( __CLASS__, 'show' )
		);
		add_action( "load-$page", array( __CLASS__, 'load' ) );
	}

	/**
	 * Adds the page to the plugin's line in the list of plugins.
	 *
	 * @param string[] $links HTML of the links.
	 * @return string[]
	 */
	public static function add_link( $links ) {
		$link = sprintf( '<a href="%s">%s</a>', esc_url( self::url() ), esc_html__( 'Settings', 'buttond-sharing-bar' ) );
		return array_merge( array( 'settings' => $link ), (array) $links );
	}

	/**
	 * The page's address.
	 *
	 * @return string
	 */
	public static function url() {
		return admin_url( 'options-general.php?page=' . self::SLUG );
	}

	/**
	 * Before anything of the page is shown: takes what was sent, and prepares what is to be shown.
	 */
	public static function load() {
		if ( isset( $_SERVER['REQUEST_METHOD'] ) && 'POST' === $_SERVER['REQUEST_METHOD'] ) {
			check_admin_referer( self::NONCE );
			if ( ! current_user_can( self::CAPABILITY ) ) {
				wp_die( esc_html__( 'You may not change these settings.', 'buttond-sharing-bar' ), 403 );
			}
			self::receive( self::sent(), isset( $_POST['check'] ) );
		}
		self::add_notices();
		Settings_Help::add( get_current_screen() );
		add_action( 'admin_enqueue_scripts', array( __CLASS__, 'enqueue' ) );
	}

	/**
	 * The page itself.
	 */
	public static function show() {
		Settings_Form::show( self::$refused );
	}

	/**
	 * The page's own style and script.
	 */
	public static function enqueue() {
		$version = BUTTOND_SHARING_BAR_VERSION;
		wp_enqueue_style( 'buttond-sharing-bar-admin', plugins_url( 'assets/admin.css', BUTTOND_SHARING_BAR_FILE ), array(), $version );
		wp_enqueue_script( 'buttond-sharing-bar-admin', plugins_url( 'assets/admin.js', BUTTOND_SHARING_BAR_FILE ), array( 'wp-a11y' ), $version, true );
		$words = array(
			'check'    => admin_url( 'admin-ajax.php?action=buttond_sharing_bar_check' ),
			'preview'  => Preview::url(),
			'checking' => __( 'Asking the server…', 'buttond-sharing-bar' ),
			'failed'   => __( 'This WordPress did not answer. Reload the page and try again.', 'buttond-sharing-bar' ),
			/* translators: %s: the name of a place, such as Bluesky. */
			'up'       => __( 'Move %s up', 'buttond-sharing-bar' ),
			/* translators: %s: the name of a place, such as Bluesky. */
			'down'     => __( 'Move %s down', 'buttond-sharing-bar' ),
			/* translators: 1: the name of a place, such as Bluesky, 2: its position in the list, 3: the number of places. */
			'moved'    => __( '%1$s is now number %2$d of %3$d', 'buttond-sharing-bar' ),
		);
		wp_add_inline_script( 'buttond-sharing-bar-admin', 'window.buttondSharingBar = ' . wp_json_encode( $words ) . ';', 'before' );
	}

	/**
	 * Answers the button that checks an address without saving it.
	 */
	public static function answer_check() {
		check_ajax_referer( self::NONCE );
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_send_json_error( null, 403 );
		}
		$sent  = self::sent();
		$typed = isset( $sent['server'] ) && is_string( $sent['server'] ) ? $sent['server'] : '';
		$found = self::check( $typed );
		if ( is_wp_error( $found ) ) {
			wp_send_json_success(
				array(
					'state'   => 'bad',
					'message' => $found->get_error_message(),
					'insist'  => self::may_insist( $found ),
				)
			);
		}
		wp_send_json_success(
			array(
				'state'   => true === $found['counted'] ? 'good' : 'poor',
				'message' => self::praise( $found ),
				'insist'  => false,
			)
		);
	}

	/**
	 * Asks the server that somebody typed.
	 *
	 * @param string $typed The address.
	 * @return array|WP_Error As Server::check(), with `server` and `counted`.
	 */
	public static function check( $typed ) {
		$wrong  = Settings::wrong_constant();
		$origin = Settings::is_fixed() ? Settings::server() : Server::parse_address( $typed );
		if ( '' !== $wrong ) {
			return new WP_Error( 'address_constant', $wrong );
		}
		if ( is_wp_error( $origin ) ) {
			return $origin;
		}
		$info = Server::check( $origin );
		if ( is_wp_error( $info ) ) {
			return $info;
		}
		$info['server']  = $origin;
		$info['counted'] = Server::counts_blog( $origin );
		return $info;
	}

	/**
	 * What a good check found, in words.
	 *
	 * @param array $found Of check().
	 * @return string
	 */
	public static function praise( array $found ) {
		/* translators: %s: a version number. */
		$words = sprintf( __( 'This is a buttond, version %s.', 'buttond-sharing-bar' ), $found['version'] );
		return $words . ' ' . ( true === $found['counted'] ? __( 'It counts this blog.', 'buttond-sharing-bar' ) : $found['counted']->get_error_message() );
	}

	/**
	 * Whether an address may be saved although its check went wrong: not one that is no address, may not be asked, or is fixed.
	 *
	 * @param WP_Error $error Of check().
	 * @return bool
	 */
	private static function may_insist( WP_Error $error ) {
		$code = $error->get_error_code();
		return ! Settings::is_fixed() && 'unsafe' !== $code && 0 !== strpos( $code, 'address_' );
	}

	/**
	 * What the form sent. Whoever calls this has checked the nonce.
	 *
	 * @return array
	 */
	private static function sent() {
		// phpcs:ignore WordPress.Security.NonceVerification.Missing -- load() and answer_check() verified it.
		$sent = isset( $_POST['buttond_sharing_bar'] ) ? map_deep( wp_unslash( $_POST['buttond_sharing_bar'] ), 'wp_strip_all_tags' ) : array();
		return is_array( $sent ) ? $sent : array();
	}

	/**
	 * Checks and saves what was sent; leaves the page, unless something is wrong with it.
	 *
	 * @param array $sent       The form's fields.
	 * @param bool  $only_check Whether nothing is to be saved.
	 */
	private static function receive( array $sent, $only_check ) {
		$typed = isset( $sent['server'] ) && is_string( $sent['server'] ) ? $sent['server'] : '';
		$found = self::check( $typed );
		$shown = array(
			'sent'   => $sent,
			'typed'  => Settings::is_fixed() ? Settings::server() : $typed,
			'found'  => $found,
			'insist' => is_wp_error( $found ) && self::may_insist( $found ),
		);
		if ( $only_check ) {
			self::$refused = $shown;
			return;
		}
		$saved = self::save( $typed, $sent, $found );
		if ( null === $saved ) {
			self::$refused = $shown;
			add_settings_error( self::SLUG, 'refused', esc_html__( 'Nothing was saved: see what is wrong with the address of the server.', 'buttond-sharing-bar' ) );
		} elseif ( is_wp_error( $saved ) ) {
			self::$refused = array( 'insist' => false ) + $shown;
			add_settings_error( self::SLUG, $saved->get_error_code(), esc_html( $saved->get_error_message() ) );
		} else {
			Server::schedule();
			wp_safe_redirect( add_query_arg( 'updated', 'true', self::url() ) ); // WordPress says "Settings saved." to that.
			exit;
		}
	}

	/**
	 * Saves what was sent, if the server is one, is the old one, or is insisted on.
	 *
	 * @param string         $typed The address.
	 * @param array          $sent  The form's fields.
	 * @param array|WP_Error $found Of check().
	 * @return true|WP_Error|null Null where the address is refused; else as Settings::save().
	 */
	private static function save( $typed, array $sent, $found ) {
		$changes = Settings_Form::read( $sent );
		if ( ! is_wp_error( $found ) ) {
			return Server::take_up( $found['server'], $found, $changes );
		}
		if ( 'address_constant' === $found->get_error_code() ) {
			return Settings::save( $changes ); // Only the provider can change the address; the rest need not wait for that.
		}
		$old    = Settings::server();
		$origin = Settings::is_fixed() ? $old : Server::parse_address( $typed );
		if ( is_wp_error( $origin ) || ( $old !== $origin && ( empty( $sent['insist'] ) || ! self::may_insist( $found ) ) ) ) {
			return null;
		}
		$changes['server'] = $origin;

		$saved = Settings::save( $changes );
		if ( true === $saved ) {
			if ( $old !== $origin ) {
				Server::forget();
			}
			Server::note_failure( $found->get_error_code() );
		}
		return $saved;
	}

	/**
	 * Says what is wrong with the server, on this page only.
	 */
	private static function add_notices() {
		if ( self::$refused ) {
			return;
		}
		$state = Server::state();
		if ( $state['failures'] && '' !== Settings::server() ) {
			add_settings_error( self::SLUG, 'down', esc_html( Settings_Form::trouble( $state ) ), 'warning' );
		} elseif ( $state['uncounted'] ) {
			add_settings_error( self::SLUG, 'uncounted', esc_html( Failure::sentence( $state['uncounted'], Settings::server() ) ), 'warning' );
		}
	}
}
